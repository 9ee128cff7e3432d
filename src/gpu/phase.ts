import type { GpuPhase } from '../model/gpu-config.ts';
import type { GpuPhaseResult, GpuSamples } from '../model/gpu-verdict.ts';
import { type RunEnd, tailOf } from './container.ts';
import { askDevices, type DeviceRow, usedMemory } from './devices.ts';
import { runWithoutGpu } from './falsification.ts';
import { findExactPeak } from './exact-memory.ts';
import { expectationsOf, findEndProblem, workOf } from './phase-end.ts';
import type { StageWorld } from './stage-world.ts';
import { oneLine, type Problem } from './problem.ts';
import { startSampler } from './sampler.ts';
import { judgeUse, summarize } from './usage.ts';

export interface PhaseEnd {
  readonly result: GpuPhaseResult;
  readonly problem?: Problem;
}

/** Use of shorter work than this would fall between two samples. */
const ENOUGH_WORK = 5000;
const MOST_RUNS = 40;
/** Milliseconds between two looks at the container's processes. */
const PID_PAUSE = 500;

/** Runs one phase to its judgement: the command, its use of the GPU, and the same without one. */
export async function runPhase(world: StageWorld, phase: GpuPhase): Promise<PhaseEnd> {
  const startedAt = world.effects.clock.now().toISOString();
  const begin = world.effects.clock.monotonic();
  const { ends, samples } = await runSampled(world, phase);
  const [first] = ends;
  const failed = ends.find((end) => findEndProblem(phase, end) !== undefined);
  const last = failed ?? ends.at(-1);
  if (first === undefined || last === undefined) throw new Error('a phase ran not even once');
  const own = findEndProblem(phase, last) ?? judgeSamples(phase, samples, world.mig);
  const without =
    own === undefined && phase.withoutGpu !== 'skip' ? await runWithoutGpu(world, phase, ends) : undefined;
  const problem = own ?? without?.problem;
  const { redact } = world;
  const shown = redactEnd(last, redact);
  const seen = expectationsOf(phase, shown).map((each) => redact(each.seen));
  const result: GpuPhaseResult = {
    name: phase.name,
    status: problem === undefined ? 'passed' : 'failed',
    argv: shownArgv(phase).map((word) => oneLine(redact(word), 200)),
    startedAt,
    elapsed: world.effects.clock.monotonic() - begin,
    runs: ends.map(({ elapsed }) => elapsed),
    exitCode: last.exitCode,
    ...(last.startError === undefined ? {} : { error: oneLine(last.startError) }),
    timedOut: last.timedOut,
    outOfMemory: last.outOfMemory,
    expectations: expectationsOf(phase, last).map((each, index) => ({ ...each, seen: seen[index] ?? '' })),
    samples,
    ...(without === undefined ? {} : { withoutGpu: without.result }),
    log: tailOf(shown.tail.join('\n')),
  };
  if (problem === undefined) return { result };
  const words = own === undefined ? problem.seen : (findEndProblem(phase, shown)?.seen ?? problem.seen);
  return { result, problem: { ...problem, seen: redact(words) } };
}

/** Judged is what was printed; shown is what is left of it without secrets, taken out before anything is cut. */
function redactEnd(end: RunEnd, redact: (text: string) => string): RunEnd {
  const tail = redact(end.tail.join('\n')).split('\n');
  return { ...end, stdout: redact(end.stdout), stderr: redact(end.stderr), tail };
}

/** What a phase that could not be reached is reported as. */
export function notRun(phase: GpuPhase): GpuPhaseResult {
  return {
    name: phase.name,
    status: 'not-run',
    argv: shownArgv(phase).map((word) => oneLine(word, 200)),
    elapsed: 0,
    runs: [],
    timedOut: false,
    outOfMemory: false,
    expectations: [],
    log: [],
  };
}

function judgeSamples({ use }: GpuPhase, samples: GpuSamples, mig: boolean): Problem | undefined {
  return use === undefined ? undefined : judgeUse(use, samples, mig);
}

/** As many words as a verdict holds. */
function shownArgv({ work }: GpuPhase): readonly string[] {
  return work.kind === 'command' ? work.command.slice(0, 200) : ['python3', '-c', `(probe ${work.probe})`];
}

async function runSampled(
  world: StageWorld,
  phase: GpuPhase,
): Promise<{ readonly ends: readonly RunEnd[]; readonly samples: GpuSamples }> {
  const { effects, place, signal } = world;
  const before = await askDevices(effects);
  const baseline = 'devices' in before ? usedMemory(before.devices.filter((device) => isOf(world, device))) : undefined;
  const sampler = startSampler(effects, world.fields, world.devices);
  const ours = new Set<number>();
  const ends: RunEnd[] = [];
  try {
    let worked = 0;
    do {
      const watching = new AbortController();
      const watched: Promise<void>[] = [];
      const onStart = (id: string): void => {
        watched.push(watchPids(world, id, ours, watching.signal));
      };
      const end = await place.run(workOf(phase), { within: phase.within, signal, onStart }, { gpu: true });
      watching.abort();
      await Promise.all(watched);
      ends.push(end);
      worked += end.elapsed;
      if (findEndProblem(phase, end) !== undefined) break;
    } while (needsMore(phase, ends.length, worked) && !signal.aborted);
  } catch (error) {
    await sampler.finish();
    throw error;
  }
  const samples = summarize(await sampler.finish(), baseline, ours, phase.use);
  const counted = await findExactPeak(
    effects,
    ours,
    ends.map(({ stdout }) => stdout),
  );
  if (counted === undefined || samples.memory === undefined) return { ends, samples };
  return { ends, samples: { ...samples, memory: { ...samples.memory, counted } } };
}

/** Whether a GPU is one of those the stage is given. */
function isOf({ devices }: StageWorld, { index, uuid }: DeviceRow): boolean {
  return devices.length === 0 || devices.some((name) => name.split(':')[0] === String(index) || name === uuid);
}

/** A command is run at least twice, since the first run pays for compilation; use needs work that samples can see. */
function needsMore({ work, use, withoutGpu }: GpuPhase, runs: number, worked: number): boolean {
  if (work.kind === 'probe' || runs >= MOST_RUNS) return false;
  if (use !== undefined && worked < ENOUGH_WORK) return true;
  return runs < 2 && (use !== undefined || withoutGpu !== 'skip');
}

async function watchPids(world: StageWorld, id: string, ours: Set<number>, ended: AbortSignal): Promise<void> {
  while (!ended.aborted && !world.signal.aborted) {
    try {
      for (const pid of await world.place.pidsOf(id)) ours.add(pid);
      await world.effects.clock.sleep(PID_PAUSE, ended);
    } catch {
      // It ended between two looks.
      return;
    }
  }
}
