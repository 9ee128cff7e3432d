import { judgeStack } from '../check/judge.ts';
import type { AnyRule } from '../check/rule.ts';
import { known, skipped, undecided, type FactTable } from '../model/facts.ts';
import { Fault } from '../model/fault.ts';
import type { Candidate } from '../stack/images.ts';
import { runStack, stackLogsIn, type StackRun } from '../stack/stack.ts';
import type { ImageState } from './image-state.ts';
import type { Run } from './run.ts';
import { needsRunningStack, type StackState } from './stack-state.ts';

/** Whether this run starts the stack: a build job of a workflow only where it built all of its images, and another job does it else. */
export function startsStack(
  { request: { command, workflow } }: Run,
  images: readonly ImageState[],
  { planned: { compose, images: started } }: StackState,
): boolean {
  if (command === 'stack') return true;
  // Whoever ships other images with --only has no stack to prove.
  if (command === 'ship' && compose.state === 'known')
    return started.length > 0 || compose.value.services.every(({ images: own }) => own.length === 0);
  const builds = command === 'ship' || command === 'stage' || (command === 'check' && workflow === 'verify');
  if (!builds || compose.state !== 'known') return builds;
  const here = new Set(images.map(({ planned }) => planned.name));
  const built = compose.value.services.filter(({ build, images: own }) => build !== undefined || own.length > 0);
  return built.every(({ images: own }) => own.some((name) => here.has(name)));
}

/** Starts the stack with what was built and judges it; what it comes to holds back the images it starts. */
export async function stackStage(
  run: Run,
  images: readonly ImageState[],
  stack: StackState,
  rules: readonly AnyRule[],
): Promise<StackState> {
  const candidates = images.flatMap(({ planned: { name }, built }) =>
    built === undefined ? [] : [{ name, runnable: built.runnable }],
  );
  return startGiven(run, candidates, stack, rules);
}

/** The same with images that the engine holds. */
export async function startGiven(
  run: Run,
  candidates: readonly Candidate[],
  stack: StackState,
  rules: readonly AnyRule[],
): Promise<StackState> {
  const { config, effects, timing } = run;
  const { facts, seen } = run.request.containers
    ? await timing.measure('stack', undefined, () => start(run, candidates, stack))
    : { facts: NOT_STARTED, seen: undefined };
  const running = rules.filter(needsRunningStack);
  const table = { ...facts, compose: stack.planned.compose };
  const outcomes = [...stack.outcomes, ...judgeStack(running, table, config, effects.clock.now())];
  return { ...stack, outcomes, ...(seen === undefined ? {} : { seen }) };
}

const REASON = skipped('containers were not started (--no-containers)');
const NOT_STARTED: FactTable = { 'stack-start': REASON, stack: REASON };

interface Started {
  readonly facts: FactTable;
  readonly seen: StackState['seen'];
}

async function start(run: Run, candidates: readonly Candidate[], { planned }: StackState): Promise<Started> {
  try {
    const logs = stackLogsIn(run.request.output);
    return toStarted(await runStack(run.effects, { planned, candidates, logs }));
  } catch (error) {
    run.effects.signal.throwIfAborted();
    if (!(error instanceof Fault)) throw error;
    const reason = undecided(error.message, error.kind === 'environment');
    return { facts: { 'stack-start': reason, stack: reason }, seen: undefined };
  }
}

function toStarted({ problems, facts }: StackRun): Started {
  const stack = facts === undefined ? skipped('the stack was not started: see stack.starts') : known(facts);
  return { facts: { 'stack-start': known({ problems }), stack }, seen: facts };
}
