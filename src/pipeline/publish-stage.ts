import pLimit from 'p-limit';
import { Fault } from '../model/fault.ts';
import type { Plan } from '../model/plan.ts';
import type { PublishedImage } from '../model/published.ts';
import type { ProblemRecord } from '../model/record.ts';
import { readHistory } from '../plan/commit-history.ts';
import { clear } from '../publish/clear.ts';
import { publishImage } from '../publish/publish.ts';
import { makeArtifacts, requireSigner } from './artifacts.ts';
import type { Candidate } from './candidate.ts';
import { clearanceOf } from './gpu-clearance.ts';
import { toGpuRecord } from './gpu-record.ts';
import { checkIdentity, explainFault } from './identity.ts';
import type { ImageState } from './image-state.ts';
import { type Run, type RunNotes, toProblem, toRecord } from './run.ts';

/** Images pushed at the same time; each pushes several blobs at once itself. */
const PARALLEL_IMAGES = 3;

export interface Attempt {
  readonly published?: PublishedImage;
  readonly problem?: ProblemRecord;
}

/** Publishes each image that is cleared; one that is not stays where it is and the record says why. */
export async function publishStage(
  run: Run,
  plan: Plan,
  states: readonly ImageState[],
  notes: RunNotes,
): Promise<{ images: ImageState[]; problems: ProblemRecord[] }> {
  if (!plan.publish.publish) return { images: [...states], problems: [] };
  const attempts = await publishAll(
    run,
    states.map((state) => toCandidate(run, plan, state, notes)),
  );
  return {
    images: states.map((state, index) => ({ ...state, ...publishedPart(attempts[index]) })),
    problems: attempts.flatMap((attempt) => attempt?.problem ?? []),
  };
}

/** What would refuse the push refuses now, and not after the build. Throws a Fault that explains it. */
export async function checkBeforeBuild(run: Run): Promise<void> {
  const { effects, config, identity } = run;
  requireSigner(run);
  if (identity !== undefined) await checkIdentity(effects, config, identity);
}

/** Tries every candidate, a few at a time; a failed one does not stop the others. */
export async function publishAll(
  run: Run,
  candidates: readonly (Candidate | undefined)[],
): Promise<(Attempt | undefined)[]> {
  const limit = pLimit(PARALLEL_IMAGES);
  return Promise.all(
    candidates.map(async (candidate) => (candidate === undefined ? undefined : limit(() => attempt(run, candidate)))),
  );
}

async function attempt(run: Run, candidate: Candidate): Promise<Attempt> {
  const gpu = clearanceOf(candidate, run.target);
  const clearance = clear({ built: candidate, judged: candidate.judged, outcomes: candidate.outcomes, gpu });
  if (!clearance.cleared) return {};
  try {
    const sink = await run.effects.stores.openSink(run.target, candidate.name, candidate.staging);
    const { image } = clearance;
    const { commit } = candidate;
    const publish = async (): Promise<PublishedImage> =>
      publishImage(run.effects, image, await candidate.open(), sink, {
        ...candidate,
        history:
          commit === undefined
            ? undefined
            : readHistory(run.effects, run.config.directory, commit, candidate.ancestors),
        artifacts: await makeArtifacts(run, candidate),
      });
    return { published: await run.timing.measure('publish', candidate.name, publish) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const explained = await explainFault(run.effects, run.config, run.identity, error);
    const problem = toProblem(explained instanceof Fault ? explained : error);
    return { problem: { ...problem, message: `${candidate.name} was not published: ${problem.message}` } };
  }
}

/** The image as this run knows it; undefined while it has no bytes that could be published. */
export function toCandidate(run: Run, plan: Plan, state: ImageState, notes: RunNotes): Candidate | undefined {
  const { built, opened, planned, outcomes, shared, facts } = state;
  if (built === undefined || opened === undefined) return undefined;
  return {
    name: planned.name,
    digests: built.digests,
    judged: facts.image?.state === 'known' ? facts.image.value.digests : undefined,
    outcomes: [...outcomes, ...(shared ?? [])],
    tags: planned.tags,
    moving: planned.moving,
    lasting: planned.lasting,
    commit: plan.event.dirty ? undefined : plan.event.commit,
    ancestors: plan.event.ancestors,
    policyHash: planned.policyHash,
    gpu: toGpuRecord(planned.config.gpu, state.tried),
    vouched: true,
    record: () => toRecord(run, plan, [state], notes),
    open: () => Promise.resolve(opened.source),
  };
}

function publishedPart(attempt: Attempt | undefined): Pick<ImageState, 'published'> {
  return attempt?.published === undefined ? {} : { published: attempt.published };
}
