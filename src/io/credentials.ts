import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Files, Processes } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';

/** What we can show a registry; never printed. */
export type Credential =
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  /** A refresh token, exchanged at the token server. */
  | { readonly type: 'identity'; readonly token: string }
  /** Sent as it is. */
  | { readonly type: 'bearer'; readonly token: string };

/** The credentials for a registry host, asked for anew whenever they are needed; undefined: none. */
export type CredentialLookup = (host: string) => Promise<Credential | undefined>;

export interface CredentialOptions {
  readonly files: Pick<Files, 'readText' | 'stat'>;
  readonly processes: Processes;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const entry = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
  registrytoken: z.string().optional(),
});
const dockerConfig = z.object({
  auths: z.record(z.string(), entry).optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
  credsStore: z.string().optional(),
});
type DockerConfig = z.infer<typeof dockerConfig>;

/** The key under which docker keeps the credentials of Docker Hub. */
const DOCKER_HUB_KEY = 'https://index.docker.io/v1/';
const HELPER_DEADLINE = 30_000;

/** Reads docker's own configuration (`$DOCKER_CONFIG` or `~/.docker`): helper of the host, store, then the file itself. */
export function makeCredentialLookup(options: CredentialOptions): CredentialLookup {
  return async (host) => {
    const config = await readConfig(options);
    const key = host === 'docker.io' ? DOCKER_HUB_KEY : host;
    const helper = config.credHelpers?.[key] ?? config.credHelpers?.[host] ?? config.credsStore;
    const stored = helper === undefined || helper === '' ? undefined : await askHelper(helper, key, options.processes);
    return stored ?? findEntry(config, key);
  };
}

async function readConfig({ files, env }: CredentialOptions): Promise<DockerConfig> {
  const path = join(env['DOCKER_CONFIG'] ?? join(env['HOME'] ?? homedir(), '.docker'), 'config.json');
  if ((await files.stat(path)) === undefined) return {};
  const text = await files.readText(path);
  try {
    return dockerConfig.parse(JSON.parse(text));
  } catch {
    // The cause is dropped on purpose: a parse error quotes the text, which holds passwords.
    throw new Fault('the docker configuration cannot be read', {
      where: path,
      remedy: 'It has to be JSON as docker login writes it.',
    });
  }
}

const helperAnswer = z.object({ Username: z.string(), Secret: z.string() });

async function askHelper(name: string, key: string, processes: Processes): Promise<Credential | undefined> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw helperFault(name, 'is not the name of a program');
  const result = await processes.run(`docker-credential-${name}`, ['get'], { input: key, deadline: HELPER_DEADLINE });
  if (result.timedOut) throw helperFault(name, 'did not answer');
  if (result.exitCode !== 0) {
    if (/credentials not found/i.test(result.stdout + result.stderr)) return undefined;
    throw helperFault(name, `ended with ${String(result.exitCode)} when asked for ${key}`);
  }
  try {
    const { Username, Secret } = helperAnswer.parse(JSON.parse(result.stdout));
    if (Username === '' && Secret === '') return undefined;
    return Username === '<token>'
      ? { type: 'identity', token: Secret }
      : { type: 'basic', username: Username, password: Secret };
  } catch {
    throw helperFault(name, 'answered something that is not a credential');
  }
}

function helperFault(name: string, problem: string): Fault {
  return new Fault(`the credential helper docker-credential-${name.slice(0, 64)} ${problem}`, {
    remedy: 'Run `docker login` again or take the helper out of the docker configuration.',
  });
}

/** Keys match exactly once scheme and path are taken off: credentials for `gcr.io` are not for `us.gcr.io`. */
function findEntry(config: DockerConfig, key: string): Credential | undefined {
  const wanted = hostOf(key);
  const found = Object.entries(config.auths ?? {}).find(([name]) => name === key || hostOf(name) === wanted);
  return found === undefined ? undefined : toCredential(found[1]);
}

function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

function toCredential(found: z.infer<typeof entry>): Credential | undefined {
  if (found.registrytoken !== undefined && found.registrytoken !== '')
    return { type: 'bearer', token: found.registrytoken };
  if (found.identitytoken !== undefined && found.identitytoken !== '')
    return { type: 'identity', token: found.identitytoken };
  const decoded = Buffer.from(found.auth ?? '', 'base64')
    .toString('utf8')
    .replace(/\0+$/, '');
  const colon = decoded.indexOf(':');
  const username = colon > 0 ? decoded.slice(0, colon) : (found.username ?? '');
  const password = colon > 0 ? decoded.slice(colon + 1) : (found.password ?? '');
  return username === '' ? undefined : { type: 'basic', username, password };
}
