import pLimit from 'p-limit';
import type { ImageSource } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { ImageDigests } from '../model/image.ts';
import type { Plan } from '../model/plan.ts';
import type { PublishedImage } from '../model/published.ts';
import type { ProblemRecord, RunRecord } from '../model/record.ts';
import type { LastingTag, MovingTag } from '../model/release-version.ts';
import type { RuleOutcome } from '../model/verdict.ts';
import { readHistory } from '../plan/commit-history.ts';
import { clear } from '../publish/clear.ts';
import { publishImage } from '../publish/publish.ts';
import { makeArtifacts } from './artifacts.ts';
import { checkIdentity, explainFault } from './identity.ts';
import type { ImageState } from './image-state.ts';
import { type Run, type RunNotes, toProblem, toRecord } from './run.ts';

/** Images pushed at the same time; each pushes several blobs at once itself. */
const PARALLEL_IMAGES = 3;

/** One image as the publish stage needs it, whether it comes from this run or from a record. */
export interface Candidate {
  readonly name: string;
  readonly digests: ImageDigests;
  /** The digests that the rules read; undefined when nothing was read. */
  readonly judged: ImageDigests | undefined;
  readonly outcomes: readonly RuleOutcome[];
  readonly tags: readonly string[];
  readonly moving: readonly MovingTag[];
  readonly lasting: readonly LastingTag[];
  /** Full id of the commit it was built from; undefined where the work tree differed from it. */
  readonly commit: string | undefined;
  readonly policyHash: string;
  /** What is attached to the digest: the run's record with this image alone, as it is before it is published. */
  record(): RunRecord;
  open(): Promise<ImageSource>;
}
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
export async function checkBeforeBuild({ effects, config, identity }: Run): Promise<void> {
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
  const clearance = clear({ built: candidate, judged: candidate.judged, outcomes: candidate.outcomes });
  if (!clearance.cleared) return {};
  try {
    const sink = await run.effects.stores.openSink(run.target, candidate.name);
    const { image } = clearance;
    const { commit } = candidate;
    const publish = async (): Promise<PublishedImage> =>
      publishImage(run.effects, image, await candidate.open(), sink, {
        ...candidate,
        history: commit === undefined ? undefined : readHistory(run.effects, run.config.directory, commit),
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

function toCandidate(run: Run, plan: Plan, state: ImageState, notes: RunNotes): Candidate | undefined {
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
    policyHash: planned.policyHash,
    record: () => toRecord(run, plan, [state], notes),
    open: () => Promise.resolve(opened.source),
  };
}

function publishedPart(attempt: Attempt | undefined): Pick<ImageState, 'published'> {
  return attempt?.published === undefined ? {} : { published: attempt.published };
}
