import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { signalGroup } from './child.ts';

export interface Registry {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  close(): Promise<void>;
}

/** A docker-registry of our own on a free loopback port, with its data below `folder`. */
export async function startRegistry(folder: string): Promise<Registry> {
  const host = `127.0.0.1:${String(await findFreePort())}`;
  const storage = join(folder, 'registry');
  await mkdir(storage, { recursive: true });
  const config = join(folder, 'registry.yml');
  const settings = {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: storage } },
    http: { addr: host },
  };
  // JSON is YAML
  await writeFile(config, JSON.stringify(settings));
  const log = await open(join(folder, 'registry.log'), 'w');
  const child = spawn('docker-registry', ['serve', config], { detached: true, stdio: ['ignore', log.fd, log.fd] });
  const ended = once(child, 'exit');
  const close = async (): Promise<void> => {
    signalGroup(child.pid, 'SIGTERM');
    await Promise.race([
      ended,
      wait(5000).then(() => {
        signalGroup(child.pid, 'SIGKILL');
      }),
    ]);
    await log.close();
  };
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (child.exitCode !== null) break;
    if (await answers(host)) return { host, close };
    await wait(100);
  }
  await close();
  throw new Error(`docker-registry did not start: ${await readFile(join(folder, 'registry.log'), 'utf8')}`);
}

async function answers(host: string): Promise<boolean> {
  try {
    return (await fetch(`http://${host}/v2/`)).ok;
  } catch {
    return false;
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port on loopback');
  return address.port;
}
