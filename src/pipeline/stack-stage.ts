import { judgeStack } from '../check/judge.ts';
import type { AnyRule } from '../check/rule.ts';
import { known, skipped, undecided, type FactTable } from '../model/facts.ts';
import { Fault } from '../model/fault.ts';
import type { ImageDigests } from '../model/image.ts';
import type { PlannedStack, SourceEvent } from '../model/plan.ts';
import type { Candidate } from '../stack/images.ts';
import { runStack, stackLogsIn, type StackRun } from '../stack/stack.ts';
import type { ImageState } from './image-state.ts';
import type { Run } from './run.ts';
import { needsRunningStack, type StackState } from './stack-state.ts';

/** Whether this run starts the stack: a build job only where it built all of its images and no job of its own can take them from staging. */
export function startsStack(
  { request: { command, workflow } }: Run,
  { fork }: SourceEvent,
  images: readonly ImageState[],
  { planned: { compose, images: started } }: StackState,
): boolean {
  if (command === 'stack') return true;
  if (workflow === 'images' && !fork && hasOwnImages(compose)) return false;
  // Whoever ships other images with --only has no stack to prove.
  if (command === 'ship' && compose.state === 'known') return started.length > 0 || !hasOwnImages(compose);
  const builds = command === 'ship' || command === 'stage' || (command === 'check' && workflow === 'verify');
  if (!builds || compose.state !== 'known') return builds;
  const here = new Set(images.map(({ planned }) => planned.name));
  const built = compose.value.services.filter(({ build, images: own }) => build !== undefined || own.length > 0);
  return built.every(({ images: own }) => own.some((name) => here.has(name)));
}

/** Whether the stack starts any image of the config; yes where that cannot be known. */
export function hasOwnImages(compose: PlannedStack['compose']): boolean {
  return compose.state !== 'known' || compose.value.services.some(({ images }) => images.length > 0);
}

/** Starts the stack with what was built and judges it; what it comes to holds back the images it starts. */
export async function stackStage(
  run: Run,
  images: readonly ImageState[],
  stack: StackState,
  rules: readonly AnyRule[],
): Promise<StackState> {
  const candidates = images.flatMap(({ planned: { name, policyHash }, built }) =>
    built === undefined ? [] : [{ name, runnable: built.runnable, digests: built.digests, policyHash }],
  );
  return startGiven(run, candidates, stack, rules);
}

/** A candidate with what a verdict is bound to. */
export interface StackCandidate extends Candidate {
  readonly digests: ImageDigests;
  readonly policyHash: string;
}

/** The same with images that the engine holds; `lack`: why there are not all of them, so that nothing is started. */
export async function startGiven(
  run: Run,
  candidates: readonly StackCandidate[],
  stack: StackState,
  rules: readonly AnyRule[],
  lack?: Fault,
): Promise<StackState> {
  const { timing, request } = run;
  if (!request.containers)
    return judgeStarted(run, stack, rules, notStarted('containers were not started (--no-containers)'));
  const { facts, seen } =
    lack === undefined
      ? await timing.measure('stack', undefined, () => start(run, candidates, stack))
      : explainLack(lack);
  const started = candidates
    .filter(({ name }) => stack.planned.images.includes(name))
    .map(({ name, digests, policyHash }) => ({ name, digests: { ...digests }, policyHash }));
  return { ...judgeStarted(run, stack, rules, facts), started, ...(seen === undefined ? {} : { seen }) };
}

/** The stack with what the rules make of its run. */
export function judgeStarted(
  { config, effects }: Run,
  stack: StackState,
  rules: readonly AnyRule[],
  facts: FactTable,
): StackState {
  const table = { ...facts, compose: stack.planned.compose };
  const outcomes = judgeStack(rules.filter(needsRunningStack), table, config, effects.clock.now());
  return { ...stack, outcomes: [...stack.outcomes, ...outcomes] };
}

/** What the rules are told of a stack that this run does not start. */
export function notStarted(reason: string): FactTable {
  return { 'stack-start': skipped(reason), stack: skipped(reason) };
}

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
    return explainLack(error);
  }
}

function explainLack({ message, kind }: Fault): Started {
  const reason = undecided(message, kind === 'environment');
  return { facts: { 'stack-start': reason, stack: reason }, seen: undefined };
}

function toStarted({ problems, facts }: StackRun): Started {
  const stack = facts === undefined ? skipped('the stack was not started: see stack.starts') : known(facts);
  return { facts: { 'stack-start': known({ problems }), stack }, seen: facts };
}
