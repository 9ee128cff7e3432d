import { tmpdir } from 'node:os';
import type { Effects, ProcessOptions, ProcessResult } from '../../src/model/effects.ts';
import type { EngineInfo } from '../../src/model/engine.ts';
import { Fault } from '../../src/model/fault.ts';
import { makeFiles } from '../../src/io/files.ts';
import { makeScriptedClock } from './clock.ts';
import { makeMemoryCache } from './memory-cache.ts';

export interface PlanScript {
  readonly env?: Readonly<Record<string, string>>;
  /** Real programs instead of scripted ones. */
  readonly processes?: Effects['processes'];
  readonly engine?: Partial<EngineInfo>;
  /** Bytes of bases by reference; others are not known. */
  readonly bases?: Readonly<Record<string, number>>;
  /** Answers by program name; a program that is not there cannot be started. */
  readonly programs?: Readonly<
    Record<string, (argv: readonly string[], options?: ProcessOptions) => Partial<ProcessResult>>
  >;
}

const files = makeFiles({ temporary: tmpdir() });
const INFO: EngineInfo = {
  version: '28.5.2',
  apiVersion: '1.51',
  store: 'containerd',
  driver: 'overlayfs',
  rootDirectory: tmpdir(),
  platform: 'linux/amd64',
  cpus: 2,
  memoryBytes: 4e9,
  cgroupVersion: '2',
  endpoint: 'unix:///var/run/docker.sock',
};

/** The real file system and nothing else of the world: what a plan asks beyond it is scripted. */
export function makePlanEffects(script: PlanScript = {}): Effects {
  const start = (name: string) => script.programs?.[name];
  return {
    files,
    env: script.env ?? {},
    clock: makeScriptedClock(),
    runId: '0123456789abcdef',
    signal: new AbortController().signal,
    processes: script.processes ?? {
      run: async (program, argv, options) => {
        const answer = start(program)?.(argv, options);
        if (answer === undefined) throw new Fault(`${program} cannot be started`);
        return await Promise.resolve({ exitCode: 0, stdout: '', stderr: '', timedOut: false, ...answer });
      },
    },
    tools: {
      find: async (name) => {
        if (start(name) === undefined) throw new Fault(`${name} is not installed`);
        return await Promise.resolve({ path: name, version: '0.29.1' });
      },
    },
    stores: {
      openSink: unscripted('a sink'),
      openImage: unscripted('an image'),
      findImage: unscripted('an image'),
      listLayout: unscripted('a layout'),
      baseSize: async (reference: string) => {
        const bytes = script.bases?.[reference];
        return await Promise.resolve(bytes === undefined ? { reason: 'the registry does not know it' } : { bytes });
      },
    },
    engine: {
      info: async () => {
        if (script.engine === undefined) throw new Fault('no engine', { kind: 'environment' });
        return await Promise.resolve({ ...INFO, ...script.engine });
      },
    } as Effects['engine'],
    cache: makeMemoryCache(),
    get output(): Effects['output'] {
      return unscripted('the output')();
    },
    get signatures(): Effects['signatures'] {
      return unscripted('signatures')();
    },
    get identity(): Effects['identity'] {
      return unscripted('the identity')();
    },
    get http(): Effects['http'] {
      return unscripted('http')();
    },
    get host(): Effects['host'] {
      return unscripted('the host')();
    },
    get engineImages(): Effects['engineImages'] {
      return unscripted('engine images')();
    },
  };
}

function unscripted(what: string): () => never {
  return () => {
    throw new Error(`a plan has no business with ${what}`);
  };
}
