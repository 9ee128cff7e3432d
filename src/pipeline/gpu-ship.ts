import { judgeGpuForPublishing } from '../model/gpu-judgement.ts';
import type { GpuVerdict } from '../model/gpu-verdict.ts';
import { Fault } from '../model/fault.ts';
import type { SourceEvent } from '../model/plan.ts';
import { isBlocking } from '../model/verdict.ts';
import { isStrict } from './gpu-clearance.ts';
import { readGivenVerdicts } from './gpu-given.ts';
import { tryCandidate } from './gpu-stage.ts';
import { type ImageState, toImageRecord } from './image-state.ts';
import type { Run } from './run.ts';

/**
 * The GPU stage of a run that publishes by itself: verdicts of other machines where they were given, else this machine's own GPU where
 * it has one. What keeps an image from being published stands in its outcomes.
 */
export async function tryBeforePublishing(
  run: Run,
  event: SourceEvent,
  states: readonly ImageState[],
): Promise<ImageState[]> {
  if (!states.some(({ planned }) => planned.config.gpu !== undefined)) return [...states];
  const given = await readGivenVerdicts(run.effects, run.request);
  const tried: ImageState[] = [];
  for (const state of states) tried.push(await tryState(run, event, state, given));
  return tried;
}

async function tryState(
  run: Run,
  event: SourceEvent,
  state: ImageState,
  given: readonly GpuVerdict[],
): Promise<ImageState> {
  const { planned, built, facts, outcomes } = state;
  const { gpu } = planned.config;
  if (gpu === undefined || built === undefined || facts.image?.state !== 'known') return state;
  const config = { ...planned.config, gpu };
  const description = facts.image.value;
  const elsewhere = given.filter(({ image }) => image === planned.name);
  const free = [...outcomes, ...(state.shared ?? [])].every((outcome) => !isBlocking(outcome));
  const here = elsewhere.length === 0 && free && gpu.exec === 'docker' && (await hasGpu(run));
  const candidate = { config, description, image: toImageRecord(state), give: () => Promise.resolve(built.runnable) };
  const attempts = here
    ? [await run.timing.measure('gpu', planned.name, () => tryCandidate(run, candidate, event))]
    : elsewhere;
  const subject = { digests: built.digests, policyHash: planned.policyHash, strict: isStrict(run.target) };
  return { ...state, tried: attempts, outcomes: [...outcomes, judgeGpuForPublishing(gpu, attempts, subject)] };
}

async function hasGpu({ effects }: Run): Promise<boolean> {
  try {
    return (await effects.processes.run('nvidia-smi', ['-L'], { deadline: 30_000 })).exitCode === 0;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}
