import type { Clock, Effects, HostProcesses } from '../../src/model/effects.ts';
import type { Http } from '../../src/model/http.ts';
import type { ContainerState, Engine, ExecResult } from '../../src/model/engine.ts';

/** Time that jumps to the next sleeper as soon as nothing else is left to do: loops run at once and in order. */
export function makeVirtualClock(start = Date.parse('2030-06-01T12:00:00Z')): Clock {
  let elapsed = 0;
  let planned = false;
  const sleepers: { readonly due: number; readonly wake: () => void }[] = [];
  const advance = (): void => {
    planned = false;
    const next = sleepers.sort((left, right) => left.due - right.due).shift();
    if (next === undefined) return;
    elapsed = Math.max(elapsed, next.due);
    next.wake();
    plan();
  };
  const plan = (): void => {
    if (planned || sleepers.length === 0) return;
    planned = true;
    setImmediate(advance);
  };
  return {
    now: () => new Date(start + elapsed),
    monotonic: () => elapsed,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const sleeper = { due: elapsed + milliseconds, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', () => {
          const at = sleepers.indexOf(sleeper);
          if (at >= 0) sleepers.splice(at, 1);
          reject(signal.reason as Error);
        });
        plan();
      }),
  };
}

/** What a scripted container does, by its age in milliseconds. */
export interface ContainerScript {
  readonly state?: (age: number) => Partial<ContainerState>;
  readonly exec?: (age: number) => ExecResult;
  readonly stop?: { readonly after: number; readonly exitCode: number };
  /** Lines of `/proc/<pid>/net/tcp` without the head. */
  readonly sockets?: (age: number) => string;
  readonly status?: (pid: number) => string | undefined;
  readonly children?: (age: number) => readonly number[];
  readonly pids?: readonly number[] | undefined;
  readonly failure?: { readonly call: keyof Engine; readonly error: Error };
}

export interface FakeRun {
  readonly effects: Effects;
  /** Names of the engine calls in order, with what they were about. */
  readonly calls: string[];
}

export const INIT_PID = 100;
export const ORDINARY_STATUS = [
  'Name:\tapp',
  'State:\tS',
  `Pid:\t${String(INIT_PID)}`,
  'PPid:\t50',
  'Uid:\t1000\t1000\t1000\t1000',
  'Gid:\t1000\t1000\t1000\t1000',
  'CapPrm:\t0',
  'CapEff:\t0',
].join('\n');

/** Effects around one scripted container in virtual time; what a test does not script throws when it is used. */
export function makeFakeRun(script: ContainerScript = {}, change: Partial<Effects> = {}): FakeRun {
  const calls: string[] = [];
  const clock = makeVirtualClock();
  const engine = scriptEngine(script, clock, calls);
  const effects = {
    clock,
    engine,
    host: scriptHost(script, engine.age),
    http: refuse,
    env: {},
    signal: new AbortController().signal,
    runId: 'test-run',
    ...change,
  };
  return { effects: effects as unknown as Effects, calls };
}

const refuse: Http = {
  request: () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })),
};

function scriptHost(script: ContainerScript, age: () => number): HostProcesses {
  const pids = 'pids' in script ? script.pids : [INIT_PID];
  return {
    pidsOf: () => Promise.resolve(pids),
    findPids: () => Promise.resolve(undefined),
    status: (pid) => Promise.resolve((script.status ?? (() => ORDINARY_STATUS))(pid)),
    uidMap: () => Promise.resolve('0 0 4294967295'),
    children: () => Promise.resolve(script.children?.(age()) ?? []),
    commandLine: () => Promise.resolve('app --serve'),
    sockets: () => Promise.resolve({ tcp: script.sockets?.(age()) ?? '', tcp6: '' }),
    memory: () => Promise.resolve({ peak: 1000, kills: 0 }),
  };
}

function scriptEngine(script: ContainerScript, clock: Clock, calls: string[]): Engine & { age: () => number } {
  let startedAt = clock.now().getTime();
  let finishedAt: number | undefined;
  const age = (): number => clock.now().getTime() - startedAt;
  const call = (name: keyof Engine, about = ''): void => {
    calls.push(about === '' ? name : `${name} ${about}`);
    if (script.failure?.call === name) throw script.failure.error;
  };
  const look = (): ContainerState => ({
    id: 'c1',
    status: finishedAt === undefined ? 'running' : 'exited',
    running: finishedAt === undefined,
    pid: INIT_PID,
    exitCode: finishedAt === undefined ? 0 : (script.stop?.exitCode ?? 0),
    oomKilled: false,
    error: '',
    startedAt,
    ...(finishedAt === undefined ? {} : { finishedAt }),
    restarts: 0,
    addresses: { 'slipway-test-run-api-service': '172.18.0.2' },
    ...script.state?.(age()),
  });
  const unscripted = (name: string) => (): never => {
    throw new Error(`${name} is not scripted`);
  };
  const make = async (act: () => void): Promise<void> => {
    await Promise.resolve();
    act();
  };
  return {
    age,
    info: unscripted('info'),
    pullImage: unscripted('pullImage'),
    inspectImage: unscripted('inspectImage'),
    tagImage: unscripted('tagImage'),
    untagImage: unscripted('untagImage'),
    untagRun: unscripted('untagRun'),
    listContainers: unscripted('listContainers'),
    memoryUsage: unscripted('memoryUsage'),
    removeAbandoned: unscripted('removeAbandoned'),
    owner: '1_1',
    top: () => Promise.resolve([]),
    waitContainer: unscripted('waitContainer'),
    createNetwork: (name) =>
      make(() => {
        call('createNetwork', name);
      }).then(() => 'n1'),
    createContainer: (spec) =>
      make(() => {
        call('createContainer', spec.image);
      }).then(() => 'c1'),
    startContainer: () =>
      make(() => {
        call('startContainer');
        startedAt = clock.now().getTime();
      }),
    inspectContainer: () => make(() => undefined).then(look),
    async stopContainer(_, grace) {
      call('stopContainer', String(grace));
      await clock.sleep(script.stop?.after ?? 50);
      finishedAt = clock.now().getTime();
    },
    killContainer: () =>
      make(() => {
        call('killContainer');
        finishedAt ??= clock.now().getTime();
      }),
    removeContainer: () =>
      make(() => {
        call('removeContainer');
      }),
    removeLabelled: (label) =>
      make(() => {
        call('removeLabelled', label);
      }),
    changes: () => Promise.resolve([]),
    logs: () => Promise.resolve({ stdout: 'out\n', stderr: '', both: 'out\n' }),
    async exec() {
      await clock.sleep(20);
      return script.exec?.(age()) ?? { exitCode: 0, output: '', timedOut: false };
    },
    async *events(_, signal) {
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      yield* [];
    },
  };
}
