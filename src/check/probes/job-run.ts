import type { JobRunCheck } from '../../model/check-config.ts';
import type { ImageConfig } from '../../model/config.ts';
import type { Effects } from '../../model/effects.ts';
import {
  known,
  skipped,
  undecided,
  type Fact,
  type JobFacts,
  type JobObservation,
  type MemoryObservation,
  type ObservedProcess,
  type ProcessFacts,
  type RunLogs,
} from '../../model/facts.ts';
import type { Surroundings } from './companions.ts';
import { hasEnded, startRun, type ContainerRun } from './container-run.ts';
import { describeMemory } from './memory.ts';
import { pause } from '../../model/pause.ts';
import { startSampler } from './process-sampler.ts';
import { describeRun, withRunPlace, type RunPlace } from './run-place.ts';
import { redactProcesses } from './service-redaction.ts';
import { explainInability, explainStartFailure } from './start-failure.ts';

/** What the runs of a job image came to. */
export interface JobsObservation {
  readonly jobs: Fact<JobFacts>;
  readonly processes: Fact<ProcessFacts>;
  readonly memory: Fact<MemoryObservation>;
  readonly logs: Fact<RunLogs>;
}

interface OneRun {
  readonly observation: JobObservation;
  readonly processes: Fact<ProcessFacts>;
}

/** A job without declared runs is only looked at: who it runs as, not what it comes to. */
const UNDECLARED = { within: 10_000, index: -1 };
const KEPT_OUTPUT = 64 * 1024;
/** Bounds what an endless printer can make us read. */
const KEPT_LINES = 5000;

/** Runs each declared run of a job image to its end, one after the other, in one network with its companions. */
export async function observeJobs(
  effects: Effects,
  image: ImageConfig,
  runnable: string,
  surroundings: Surroundings,
): Promise<JobsObservation> {
  try {
    return await withRunPlace(effects, image, 'job', surroundings, async (place) => {
      const runs: OneRun[] = [];
      for (const [index, check] of image.run.entries()) {
        runs.push(await observeRun(effects, image, runnable, place, check, index));
      }
      if (runs.length === 0) {
        runs.push(await observeRun(effects, image, runnable, place, UNDECLARED, UNDECLARED.index));
      }
      return joinRuns(runs, image);
    });
  } catch (error) {
    const fact = explainInability(error, effects.signal);
    return { jobs: fact, processes: fact, memory: fact, logs: fact };
  }
}

async function observeRun(
  effects: Effects,
  image: ImageConfig,
  runnable: string,
  place: RunPlace,
  check: Pick<JobRunCheck, 'command' | 'within'>,
  index: number,
): Promise<OneRun> {
  const spec = describeRun(image, runnable, place);
  const command = check.command ?? image.command ?? [];
  const id = await effects.engine.createContainer(command.length === 0 ? spec : { ...spec, command });
  const begin = { check: index, command, stdout: '', stderr: '' };
  const sampler = startSampler(effects, id);
  let run: ContainerRun;
  try {
    run = await startRun(effects, id, place);
    sampler.attach(run);
  } catch (error) {
    await sampler.finish();
    const startError = explainStartFailure(error);
    const observation = { ...begin, exitCode: 127, elapsed: 0, timedOut: false, oomKilled: false, startError };
    return { observation, processes: undecided(`the container never started: ${startError}`) };
  }
  try {
    const timedOut = await awaitEnd(run, check.within);
    const elapsed = run.age();
    if (timedOut) await effects.engine.killContainer(id);
    const { processes, memory } = await sampler.finish();
    const end = await describeEnd(run, place, timedOut ? elapsed : undefined);
    const observation = { ...begin, ...end, ...describeMemory({}, memory, end.oomKilled) };
    return { observation, processes: redactProcesses(forgiveShortRun(processes, observation), place.redact) };
  } finally {
    await run.close();
    await Promise.allSettled([sampler.finish()]);
    await effects.engine.removeContainer(id);
  }
}

/** Runs shorter than this can end between the engine's answer to the start and the first look, on a machine that is busy. */
const TOO_SHORT_TO_SEE = 2000;

/** A run that was over before anybody could look is no reason to block: who it starts as stands in user.config, and the outcome says that nothing was seen. */
function forgiveShortRun(processes: Fact<ProcessFacts>, { elapsed, timedOut }: JobObservation): Fact<ProcessFacts> {
  if (processes.state !== 'undecided' || timedOut || elapsed >= TOO_SHORT_TO_SEE) return processes;
  return skipped(`the run ended after ${String(Math.round(elapsed))} ms, before its processes could be looked at`);
}

type JobEnd = Omit<JobObservation, 'check' | 'command' | 'startError' | 'peak'>;

/** `cutAfter`: milliseconds after which it was killed because its time was over. */
async function describeEnd(run: ContainerRun, place: RunPlace, cutAfter: number | undefined): Promise<JobEnd> {
  const state = await run.effects.engine.inspectContainer(run.id);
  const { stdout, stderr } = await run.effects.engine.logs(run.id, KEPT_LINES);
  return {
    exitCode: state.exitCode,
    elapsed: cutAfter ?? (state.finishedAt ?? run.startedAt) - run.startedAt,
    timedOut: cutAfter !== undefined,
    oomKilled: state.oomKilled,
    stdout: place.redact(stdout).slice(-KEPT_OUTPUT),
    stderr: place.redact(stderr).slice(-KEPT_OUTPUT),
  };
}

/** Whether the deadline came before the end. */
async function awaitEnd(run: ContainerRun, within: number): Promise<boolean> {
  while (!hasEnded(run.latest())) {
    const left = within - run.age();
    if (left <= 0) return true;
    await Promise.race([run.nextState(), pause(run.effects.clock, left, run.ended)]);
  }
  return false;
}

function joinRuns(runs: readonly OneRun[], image: ImageConfig): JobsObservation {
  const peaks = runs.flatMap(({ observation }) => (observation.peak === undefined ? [] : [observation.peak]));
  const jobs: JobFacts = {
    runs: runs.map(({ observation }) => observation),
    memory: {
      ...(image.memory === undefined ? {} : { limit: image.memory }),
      ...(peaks.length === 0 ? {} : { peak: Math.max(...peaks) }),
      oomKilled: runs.some(({ observation }) => observation.oomKilled),
    },
  };
  const started = runs.some(({ observation }) => observation.startError === undefined);
  const never = undecided('no run of the image ever started');
  const memory = started ? known(jobs.memory) : never;
  const lines = jobs.runs.flatMap(({ stdout, stderr }) => `${stdout}\n${stderr}`.split('\n'));
  const logs = started ? known({ lines: lines.filter((line) => line.trim() !== '') }) : never;
  return { jobs: known(jobs), memory, logs, processes: joinProcesses(runs.map((run) => run.processes)) };
}

/** Every run must have been looked at, but those too short to be seen: one that was not leaves the user of the image undecided. */
function joinProcesses(facts: readonly Fact<ProcessFacts>[]): Fact<ProcessFacts> {
  let samples = 0;
  let source: ProcessFacts['source'] = 'proc';
  const processes: ObservedProcess[] = [];
  const undecidedRun = facts.find((fact) => fact.state === 'undecided');
  if (undecidedRun !== undefined) return undecidedRun;
  const [first] = facts;
  if (first !== undefined && facts.every((fact) => fact.state === 'skipped')) return first;
  for (const fact of facts) {
    if (fact.state !== 'known') continue;
    samples += fact.value.samples;
    if (fact.value.source === 'top') source = 'top';
    processes.push(...fact.value.processes);
  }
  return known({ samples, source, processes });
}
