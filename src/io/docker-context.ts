import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { Fault } from '../model/fault.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface DockerContext {
  /** Name of the docker context, `default` without one. */
  readonly name: string;
  /** `unix:///var/run/docker.sock`, `tcp://…`, `ssh://…`. */
  readonly endpoint: string;
}

const DEFAULT_ENDPOINT = 'unix:///var/run/docker.sock';
const CONFIG = z.looseObject({
  currentContext: z.string().optional(),
  cliPluginsExtraDirs: z.array(z.string()).optional(),
});
const META = z.looseObject({ Endpoints: z.looseObject({ docker: z.looseObject({ Host: z.string() }) }) });

/** The folder of the docker client's settings. */
export function dockerConfigFolder(env: Environment): string {
  return nonEmpty(env['DOCKER_CONFIG']) ?? join(nonEmpty(env['HOME']) ?? homedir(), '.docker');
}

/** The docker client's `config.json`, empty when there is none or it cannot be read. */
export function readDockerConfig(env: Environment): z.infer<typeof CONFIG> {
  const parsed = CONFIG.safeParse(readJson(join(dockerConfigFolder(env), 'config.json')));
  return parsed.success ? parsed.data : {};
}

/** Which engine the docker client would talk to, in the client's own order: DOCKER_HOST, DOCKER_CONTEXT, currentContext, the default socket. Throws a Fault for a context that does not exist. */
export function resolveContext(env: Environment): DockerContext {
  const host = nonEmpty(env['DOCKER_HOST']);
  if (host !== undefined) return { name: 'default', endpoint: host };
  const name = nonEmpty(env['DOCKER_CONTEXT']) ?? nonEmpty(readDockerConfig(env).currentContext) ?? 'default';
  if (name === 'default') return { name, endpoint: DEFAULT_ENDPOINT };
  const file = join(
    dockerConfigFolder(env),
    'contexts/meta',
    createHash('sha256').update(name).digest('hex'),
    'meta.json',
  );
  const meta = META.safeParse(readJson(file));
  if (meta.success) return { name, endpoint: meta.data.Endpoints.docker.Host };
  throw new Fault(`the docker context ${JSON.stringify(name)} does not exist`, {
    where: file,
    remedy: 'Choose one that `docker context ls` shows, or set DOCKER_HOST.',
  });
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
