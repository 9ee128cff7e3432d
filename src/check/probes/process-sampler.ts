import { undecided, known, type Fact, type ProcessFacts } from '../../model/facts.ts';
import type { ContainerRun } from './container-run.ts';
import { pause } from './pause.ts';
import { makeProcessLedger, type ProcessLedger } from './process-ledger.ts';
import { mapId, parseStatus, type ProcessStatus } from './proc-status.ts';

/** What the kernel counted for the container's memory; absent where its cgroup cannot be read. */
export interface SampledMemory {
  readonly peak?: number;
  readonly kills?: number;
}

/** What runs from start until `finish`. */
export interface ProcessSampler {
  /** Ends the sampling and says what was seen; *undecided* when the container's processes could never be looked at. */
  finish(): Promise<{ readonly processes: Fact<ProcessFacts>; readonly memory: SampledMemory }>;
}

/** Young containers are looked at more often: that is when entrypoints run as root for a moment. */
const YOUNG = { until: 2000, every: 25 };
const EVERY = 75;
const EVERY_TOP = 500;

/** Looks at all processes of a container again and again, through the host's /proc or else the engine's `top`. */
export function startSampler(run: ContainerRun): ProcessSampler {
  const { clock, host } = run.effects;
  const finished = new AbortController();
  const stopping = AbortSignal.any([finished.signal, run.effects.signal]);
  const ledger = makeProcessLedger();
  let samples = 0;
  let source: ProcessFacts['source'] = 'proc';
  let memory: SampledMemory = {};
  const sample = async (): Promise<void> => {
    while (!stopping.aborted && !run.ended.aborted) {
      const worked = source === 'proc' ? await sampleProc(run, ledger) : await sampleTop(run, ledger);
      if (worked) samples += 1;
      else if (samples === 0) source = 'top';
      memory = (await host.memory(run.id, run.initPid)) ?? memory;
      const young = run.age() < YOUNG.until ? YOUNG.every : EVERY;
      await pause(clock, source === 'top' ? EVERY_TOP : young, stopping);
    }
  };
  const sampling = sample();
  // Looked at in finish(); until then it must not count as unhandled.
  sampling.catch(() => undefined);
  return {
    async finish() {
      finished.abort();
      await sampling;
      const processes = ledger.processes();
      if (!processes.some((process) => process.own)) return { processes: explainNothing(run), memory };
      return { processes: known({ samples, source, processes }), memory };
    },
  };
}

function explainNothing(run: ContainerRun): Fact<never> {
  return undecided(
    run.ended.aborted
      ? 'the container ended before its processes could be looked at'
      : 'the processes of the container could be found neither through the cgroup of this host nor through the engine',
  );
}

async function sampleProc(run: ContainerRun, ledger: ProcessLedger): Promise<boolean> {
  const { host } = run.effects;
  const listed = await host.pidsOf(run.id, run.initPid);
  if (listed === undefined) return false;
  const map = (await host.uidMap(run.initPid)) ?? '';
  const texts = await Promise.all(listed.map((pid) => host.status(pid)));
  const statuses = texts.flatMap((text) => {
    const status = text === undefined ? undefined : parseStatus(text);
    return status === undefined ? [] : [translate(status, map)];
  });
  const unnamed = ledger.add({ init: run.initPid, listed, statuses });
  const lines = await Promise.all(unnamed.map((pid) => host.commandLine(pid)));
  unnamed.forEach((pid, index) => {
    ledger.nameCommand(pid, (lines[index] ?? '').slice(0, 200));
  });
  return statuses.length > 0;
}

function translate(status: ProcessStatus, map: string): ProcessStatus {
  const [real, effective, saved, fileSystem] = status.uids;
  return {
    ...status,
    uids: [mapId(map, real), mapId(map, effective), mapId(map, saved), mapId(map, fileSystem)],
  };
}

/** `top` knows one uid per process and no capabilities: less than /proc, but never a host's user names. */
async function sampleTop(run: ContainerRun, ledger: ProcessLedger): Promise<boolean> {
  try {
    const rows = await run.effects.engine.top(run.id);
    const statuses = rows.map(({ pid, parent, uid, command }) => ({
      name: command.slice(0, 200),
      pid,
      parent,
      uids: [uid, uid, uid, uid] as const,
      gids: [-1, -1, -1, -1] as const,
      groups: [],
      capEffective: '',
      capPermitted: '',
      capAmbient: '',
    }));
    ledger.add({ init: run.initPid, listed: rows.map((row) => row.pid), statuses });
    return rows.length > 0;
  } catch (error) {
    if (run.ended.aborted || (await run.effects.engine.inspectContainer(run.id)).running) return false;
    throw error;
  }
}
