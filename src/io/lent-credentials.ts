import { randomUUID } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Files } from '../model/effects.ts';
import type { LentCredentials } from '../model/identity.ts';
import type { CredentialLookup } from './credentials.ts';
import { dockerConfigFolder } from './docker-context.ts';

interface LenderContext {
  readonly files: Pick<Files, 'makeTemporary' | 'readText' | 'remove' | 'stat' | 'writeAtomic'>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly credentials: CredentialLookup;
  /** Registries whose tokens we mint, or whose logins we were given. */
  readonly hosts: () => readonly string[];
}

const HELPER = 'slipway';
/** Docker Hub, as references name it and as docker's tools ask for it. */
const HUB = 'docker.io';
const HUB_HOST = 'index.docker.io';
/** A host name and a port are shorter by far. */
const LONGEST_QUESTION = 512;
/** Longest path of a socket that every system takes. */
const LONGEST_PATH = 100;

/**
 * Lets docker's own tools ask for tokens of our identity, and for logins that were given, while a build runs, each time anew: a file with a token would outlive it
 * (publish.md, "What decides the design"). The helper asks this process over a socket in a private folder; no token is on disk, in an
 * argument or in an environment. Undefined where no registry is ours.
 */
export function makeCredentialLender(context: LenderContext): () => Promise<LentCredentials | undefined> {
  return async () => {
    const hosts = context.hosts();
    if (hosts.length === 0) return undefined;
    const folder = await context.files.makeTemporary('docker');
    const socket =
      join(folder, 's').length > LONGEST_PATH
        ? join(tmpdir(), `slipway-${randomUUID().slice(0, 8)}`)
        : join(folder, 's');
    const server = await serve(socket, async (asked) => {
      const host = asked === HUB_HOST ? HUB : asked;
      return hosts.includes(host) ? context.credentials(host) : undefined;
    });
    await writeConfig(context, folder, hosts);
    await writeHelper(context, folder, socket);
    const own = dockerConfigFolder(context.env);
    return {
      env: {
        DOCKER_CONFIG: folder,
        // Builders and their state stay where the user has them.
        BUILDX_CONFIG: context.env['BUILDX_CONFIG'] ?? join(own, 'buildx'),
        PATH: `${folder}:${context.env['PATH'] ?? ''}`,
      },
      end: async () => {
        server.close();
        await context.files.remove(socket);
        await context.files.remove(folder);
      },
    };
  };
}

/** The user's own settings, with our helper for our registries. */
async function writeConfig({ files, env }: LenderContext, folder: string, hosts: readonly string[]): Promise<void> {
  const own = join(dockerConfigFolder(env), 'config.json');
  const text = (await files.stat(own)) === undefined ? '{}' : await files.readText(own);
  const config = z.record(z.string(), z.unknown()).catch({}).parse(parseJson(text));
  const helpers = z.record(z.string(), z.string()).catch({}).parse(config['credHelpers']);
  const ours = Object.fromEntries(hosts.map((host) => [host === HUB ? `https://${HUB_HOST}/v1/` : host, HELPER]));
  await files.writeAtomic(
    join(folder, 'config.json'),
    JSON.stringify({ ...config, credHelpers: { ...helpers, ...ours } }),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** Docker calls `docker-credential-NAME get` with the host on its standard input. */
async function writeHelper({ files }: LenderContext, folder: string, socket: string): Promise<void> {
  const script = join(folder, 'helper.mjs');
  await files.writeAtomic(script, helperText(socket));
  const program = join(folder, `docker-credential-${HELPER}`);
  await files.writeAtomic(program, `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(script)} "$@"\n`);
  chmodSync(program, 0o700);
}

function quote(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}

function helperText(socket: string): string {
  return `import { connect } from 'node:net';
const [command] = process.argv.slice(2);
if (command === 'list') process.stdout.write('{}');
else if (command === 'get') {
  let host = '';
  for await (const chunk of process.stdin) host += chunk;
  const asked = connect(${JSON.stringify(socket)}, () => asked.end(host.trim()));
  let answer = '';
  asked.on('data', (chunk) => { answer += chunk; });
  asked.on('error', () => { process.exitCode = 1; });
  asked.on('end', () => {
    process.stdout.write(answer === '' ? 'credentials not found in native keychain' : answer);
    if (answer === '') process.exitCode = 1;
  });
}
`;
}

type Answer = Awaited<ReturnType<CredentialLookup>>;

async function serve(socket: string, ask: (host: string) => Promise<Answer>): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (connection) => void answer(connection, ask));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  // A build that hangs is ended by its own deadline; the socket keeps nothing alive.
  server.unref();
  return server;
}

/** Whoever cannot be answered gets nothing, and the tool says that it found no credentials. */
async function answer(connection: Socket, ask: (host: string) => Promise<Answer>): Promise<void> {
  try {
    let host = '';
    for await (const chunk of connection as AsyncIterable<Buffer>) {
      host += chunk.toString('utf8');
      if (host.length > LONGEST_QUESTION) break;
    }
    const found = await ask(host.replace(/^https?:\/\//, '').replace(/\/.*$/, ''));
    connection.end(found?.type === 'basic' ? JSON.stringify({ Username: found.username, Secret: found.password }) : '');
  } catch {
    connection.end('');
  }
}
