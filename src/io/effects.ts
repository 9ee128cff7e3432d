import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import type { Effects, EngineImages, FactCache, ImageStores } from '../model/effects.ts';
import type { Engine } from '../model/engine.ts';
import { Fault } from '../model/fault.ts';
import { makeClock } from './clock.ts';
import { resolveContext } from './docker-context.ts';
import { makeEngine } from './engine.ts';
import { makeFiles } from './files.ts';
import { makeHostProcesses } from './host-processes.ts';
import { makeHttp } from './http.ts';
import { makeOutput, type TextStream } from './output.ts';
import { makeProcesses } from './processes.ts';
import { makeTools } from './tools.ts';

export interface EffectsOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly signal: AbortSignal;
  /** False for `--no-color`. */
  readonly color?: boolean;
}

/** Assembles everything that touches the world; nothing is asked of the engine, and no context is resolved, before the first use. */
export function makeEffects(options: EffectsOptions): Effects {
  const { env, signal } = options;
  const processes = makeProcesses();
  const files = makeFiles({ temporary: env['RUNNER_TEMP'] ?? env['TMPDIR'] ?? tmpdir() });
  const engine = once(() => openEngine(env));
  return {
    clock: makeClock(),
    processes,
    tools: makeTools(env, processes),
    files,
    output: makeOutput(options),
    http: makeHttp(),
    host: makeHostProcesses(),
    env,
    signal,
    runId: randomBytes(8).toString('hex'),
    get engine() {
      return engine();
    },
    get cache(): FactCache {
      throw new Error('the fact cache has not landed');
    },
    get engineImages(): EngineImages {
      throw new Error('the engine image reader has not landed');
    },
    get stores(): ImageStores {
      throw new Error('the image stores have not landed');
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Throws a Fault for an engine that is not behind a unix socket. */
function openEngine(env: EffectsOptions['env']): Engine {
  const { endpoint, name } = resolveContext(env);
  if (endpoint.startsWith('unix://')) return makeEngine({ socketPath: endpoint.slice('unix://'.length) });
  throw new Fault(`the Docker engine at ${endpoint} is not on this machine, which is not supported yet`, {
    where: env['DOCKER_HOST'] === undefined ? `docker context ${name}` : 'DOCKER_HOST',
    remedy: 'Run where the engine runs, or choose a context whose endpoint is a unix socket.',
  });
}
