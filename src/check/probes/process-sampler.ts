import type { Effects, HostProcesses } from '../../model/effects.ts';
import { undecided, known, type Fact, type ProcessFacts } from '../../model/facts.ts';
import type { ContainerRun } from './container-run.ts';
import { pause } from '../../model/pause.ts';
import { isRuntime, makeProcessLedger, type ProcessLedger } from './process-ledger.ts';
import { mapId, parseStatus, type ProcessStatus } from './proc-status.ts';

/** What the kernel counted for the container's memory; absent where its cgroup cannot be read. */
export interface SampledMemory {
  readonly peak?: number;
  readonly kills?: number;
}

/** What looks at a container from before its start until `finish`. */
export interface ProcessSampler {
  /** Tells that the container was started and by which PID 1. */
  readonly attach: (run: ContainerRun) => void;
  /** Ends the sampling and says what was seen; *undecided* when the container's processes could never be looked at. */
  readonly finish: () => Promise<{ readonly processes: Fact<ProcessFacts>; readonly memory: SampledMemory }>;
}

/** Before the engine has answered a short program may have run already. */
const STARTING = 10;
/** Young containers are looked at more often: that is when entrypoints run as root for a moment. */
const YOUNG = { until: 2000, every: 25 };
const EVERY = 75;
const EVERY_TOP = 500;

interface Sampling {
  readonly effects: Effects;
  readonly id: string;
  readonly ledger: ProcessLedger;
  readonly stopping: AbortSignal;
  run?: ContainerRun;
  samples: number;
  until: number;
  source: ProcessFacts['source'];
  memory: SampledMemory;
}

/** Looks at all processes of a created container again and again, through the host's /proc or else the engine's `top`. */
export function startSampler(effects: Effects, id: string): ProcessSampler {
  const finished = new AbortController();
  const sampling: Sampling = {
    effects,
    id,
    ledger: makeProcessLedger(),
    stopping: AbortSignal.any([finished.signal, effects.signal]),
    samples: 0,
    until: 0,
    source: 'proc',
    memory: {},
  };
  const running = sample(sampling);
  // Looked at in finish(); until then it must not count as unhandled.
  running.catch(() => undefined);
  return {
    attach(run) {
      sampling.run = run;
    },
    async finish() {
      finished.abort();
      await running;
      const { samples, until, source, memory } = sampling;
      const processes = sampling.ledger.processes();
      if (!processes.some((process) => process.own)) return { processes: explainNothing(sampling.run), memory };
      return { processes: known({ samples, until, source, processes }), memory };
    },
  };
}

async function sample(sampling: Sampling): Promise<void> {
  const { clock } = sampling.effects;
  while (!sampling.stopping.aborted && sampling.run?.ended.aborted !== true) {
    const { run } = sampling;
    const worked = sampling.source === 'proc' ? await sampleProc(sampling) : await sampleTop(sampling, run);
    if (worked) {
      sampling.samples += 1;
      sampling.until = run?.age() ?? 0;
    } else if (run !== undefined && sampling.samples === 0) sampling.source = 'top';
    await pause(clock, cadence(sampling), sampling.stopping);
  }
}

function cadence({ run, source }: Sampling): number {
  if (run === undefined) return STARTING;
  if (source === 'top') return EVERY_TOP;
  return run.age() < YOUNG.until ? YOUNG.every : EVERY;
}

function explainNothing(run: ContainerRun | undefined): Fact<never> {
  return undecided(
    run === undefined || run.ended.aborted
      ? 'the container ended before its processes could be looked at'
      : 'the processes of the container could be found neither through the cgroup of this host nor through the engine',
  );
}

async function sampleProc(sampling: Sampling): Promise<boolean> {
  const { effects, id, ledger, run } = sampling;
  const { host } = effects;
  const listed = await (run === undefined || run.initPid === 0 ? host.findPids(id) : host.pidsOf(id, run.initPid));
  if (listed === undefined) return false;
  const statuses = await readStatuses(host, listed);
  const init = run?.initPid ?? statuses.find((status) => status.innerPid === 1)?.pid;
  // A container that is being set up has no program yet, only the runtime's own processes.
  const settled = run === undefined ? statuses.filter((status) => !isRuntime(status)) : statuses;
  if (init === undefined || settled.length === 0) return false;
  const map = (await host.uidMap(init)) ?? '';
  const unnamed = ledger.add({
    init,
    at: Math.max(0, run?.age() ?? 0),
    listed,
    statuses: settled.map((status) => translate(status, map)),
  });
  const lines = await Promise.all(unnamed.map((pid) => host.commandLine(pid)));
  unnamed.forEach((pid, index) => {
    ledger.nameCommand(pid, (lines[index] ?? '').slice(0, 200));
  });
  sampling.memory = (await host.memory(id, init)) ?? sampling.memory;
  return true;
}

async function readStatuses(host: HostProcesses, pids: readonly number[]): Promise<readonly ProcessStatus[]> {
  const texts = await Promise.all(pids.map((pid) => host.status(pid)));
  return texts.flatMap((text) => {
    const status = text === undefined ? undefined : parseStatus(text);
    return status === undefined ? [] : [status];
  });
}

function translate(status: ProcessStatus, map: string): ProcessStatus {
  const [real, effective, saved, fileSystem] = status.uids;
  return {
    ...status,
    uids: [mapId(map, real), mapId(map, effective), mapId(map, saved), mapId(map, fileSystem)],
  };
}

/** `top` knows one uid per process and no capabilities: less than /proc, but never a host's user names. */
async function sampleTop({ ledger }: Sampling, run: ContainerRun | undefined): Promise<boolean> {
  if (run === undefined) return false;
  try {
    const rows = await run.effects.engine.top(run.id);
    const statuses = rows.map(({ pid, parent, uid, command }) => ({
      name: command.slice(0, 200),
      pid,
      parent,
      innerPid: 0,
      uids: [uid, uid, uid, uid] as const,
      gids: [-1, -1, -1, -1] as const,
      groups: [],
      capEffective: '',
      capPermitted: '',
      capAmbient: '',
    }));
    ledger.add({ init: run.initPid, at: Math.max(0, run.age()), listed: rows.map((row) => row.pid), statuses });
    return rows.length > 0;
  } catch (error) {
    if (run.ended.aborted || (await run.effects.engine.inspectContainer(run.id)).running) return false;
    throw error;
  }
}
