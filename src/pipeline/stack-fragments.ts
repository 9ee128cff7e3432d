import type { ReadFragment } from '../model/fragment.ts';
import type { ImageRecord, RunRecord, StackRecord } from '../model/record.ts';
import { settleStack, type StackJobEnd, stackReasons } from '../model/stack-judgement.ts';
import { STACK_JOB } from './needs.ts';
import { stackVerdictOf, subjectsOf } from './stack-proof.ts';

/** The fragments of a run's other jobs, and what its stack came to. */
export interface SettledJobs {
  readonly fragments: readonly ReadFragment[];
  readonly stack?: StackRecord;
  /** How long the job took, as it says. */
  readonly timeline: NonNullable<RunRecord['timeline']>;
}

/**
 * What the stack of a workflow run came to. Where the plan has a job for it, only that job's verdict counts, and only about what the build
 * jobs let through: its machine ran user code, and what else its record says others know better.
 */
export function settleStackJob(
  plan: RunRecord,
  all: readonly ReadFragment[],
  job: StackJobEnd | undefined,
): SettledJobs {
  const fragments = all.filter(({ job }) => job !== STACK_JOB);
  const builds = fragments.filter(({ job }) => job === 'build').map(({ record }) => record);
  const stack = findFullest([plan, ...builds]);
  const images = plan.jobs?.stack?.images;
  if (stack === undefined || images === undefined) return { fragments, timeline: [], ...(stack && { stack }) };
  const own = all.filter(({ job }) => job === STACK_JOB).map(({ record }) => record);
  const verdicts = own.flatMap(stackVerdictOf);
  const free = builds.flatMap((record) => record.images).filter(({ blocked }) => blocked.length === 0);
  const settled = settleStack({ ...stack, images }, verdicts, {
    workflow: plan.run.workflow,
    commit: plan.source.commit,
    images: subjectsOf({ ...plan, stack: { ...stack, images } }, free),
    job,
  });
  const timeline = own.flatMap((record) => record.timeline ?? []).filter(({ stage }) => stage === 'stack');
  return { fragments, stack: settled, timeline };
}

/** Whoever started it says more of it than its files do. */
function findFullest(records: readonly RunRecord[]): StackRecord | undefined {
  const stacks = records.flatMap(({ stack }) => stack ?? []);
  return stacks.toSorted((one, other) => other.outcomes.length - one.outcomes.length)[0];
}

/** An image that nothing else blocks, with what blocks the stack that starts it. */
export function holdBackFree(image: ImageRecord, stack: StackRecord | undefined): ImageRecord {
  const reasons = stack?.images.includes(image.name) === true ? stackReasons(stack) : [];
  const free = image.status === 'built' && image.blocked.every((why) => reasons.includes(why));
  return free ? { ...image, blocked: [...reasons] } : image;
}
