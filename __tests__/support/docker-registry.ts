import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface RealRegistry {
  /** `127.0.0.1:port` */
  readonly host: string;
  readonly folder: string;
  stop(): Promise<void>;
}

/** Path of a program, or undefined where it is not installed. */
export function findProgram(name: string): string | undefined {
  return ['/usr/bin', '/usr/local/bin']
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Starts Debian's docker-registry on a free loopback port over a folder of its own; `htpasswd` turns basic authentication on, `within` is a command that runs it elsewhere, `section` is an `auth:` of its own. */
export async function startDockerRegistry(
  program: string,
  htpasswd?: string,
  within: readonly string[] = [],
  section = '',
): Promise<RealRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-registry-'));
  const host = `127.0.0.1:${String(await findFreePort())}`;
  const auth = htpasswd === undefined ? section : `auth:\n  htpasswd:\n    realm: test\n    path: ${folder}/htpasswd\n`;
  if (htpasswd !== undefined) await writeFile(join(folder, 'htpasswd'), htpasswd);
  const storage = `storage:\n  filesystem:\n    rootdirectory: ${folder}/data\n`;
  await writeFile(
    join(folder, 'config.yml'),
    `version: 0.1\n${storage}http:\n  addr: ${host}\n  secret: test\n${auth}`,
  );
  const [command, ...words] = [...within, program, 'serve', join(folder, 'config.yml')];
  const child = spawn(command, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  await Promise.race([
    (async () => {
      for await (const line of createInterface({ input: child.stderr })) if (line.includes('listening on')) return;
    })(),
    ended.then(() => {
      throw new Error('docker-registry ended at once');
    }),
  ]);
  child.stderr.resume();
  return {
    host,
    folder,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
