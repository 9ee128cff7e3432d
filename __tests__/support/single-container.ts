import type { Effects } from '../../src/model/effects.ts';
import type { ContainerSpec, Engine } from '../../src/model/engine.ts';
import { makeVirtualClock } from './fake-effects.ts';

/** How a container of one run behaves. */
export interface SingleScript {
  /** Absent: it never ends by itself. */
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly oomKilled?: boolean;
  readonly failure?: { readonly call: keyof Engine; readonly error: Error };
}
export interface SingleFake {
  readonly effects: Effects;
  readonly specs: ContainerSpec[];
  readonly calls: string[];
  readonly cancel: AbortController;
}

/** Effects around containers that all behave in one way, in virtual time. */
export function makeSingleFake(script: SingleScript): SingleFake {
  const specs: ContainerSpec[] = [];
  const calls: string[] = [];
  const cancel = new AbortController();
  const act = <T>(name: keyof Engine, answer: T): Promise<T> => {
    calls.push(name);
    return script.failure?.call === name ? Promise.reject(script.failure.error) : Promise.resolve(answer);
  };
  const engine: Partial<Engine> = {
    owner: '1_1',
    createContainer: (spec) => {
      specs.push(spec);
      return act('createContainer', 'c1');
    },
    startContainer: () => act('startContainer', undefined),
    waitContainer: (_, signal) =>
      script.exitCode === undefined
        ? new Promise((_resolve, reject) => {
            const give = (): void => {
              reject(new Error('aborted'));
            };
            if (signal?.aborted === true) give();
            signal?.addEventListener('abort', give);
          })
        : act('waitContainer', script.exitCode),
    killContainer: () => act('killContainer', undefined),
    removeContainer: () => act('removeContainer', undefined),
    inspectContainer: (id) =>
      act('inspectContainer', {
        id,
        status: 'exited',
        running: false,
        pid: 0,
        exitCode: script.exitCode ?? 137,
        oomKilled: script.oomKilled ?? false,
        error: '',
        restarts: 0,
        addresses: {},
      }),
    logs: () => act('logs', { stdout: script.stdout ?? '', stderr: script.stderr ?? '', both: '' }),
  };
  const effects = { engine, clock: makeVirtualClock(), env: {}, signal: cancel.signal, runId: 'test-run' };
  return { effects: effects as unknown as Effects, specs, calls, cancel };
}
