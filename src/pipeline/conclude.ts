import { isDeepStrictEqual } from 'node:util';
import type { ReadFragment } from '../model/fragment.ts';
import { Fault } from '../model/fault.ts';
import { GPU_RULE, RUN_ALL_AGAIN } from '../model/gpu-judgement.ts';
import { mergeRecords } from '../model/record-merge.ts';
import type { JobsRecord } from '../model/jobs-record.ts';
import type { ImageRecord, ProblemRecord, RunRecord } from '../model/record.ts';
import { missingVerdicts, sayUntried, trustVerdictsOnly } from './gpu-fragments.ts';
import { withRule } from './gpu-stage.ts';
import { describeResult, type Needs, stackJobOf } from './needs.ts';
import { describeMissing } from './publish-staged.ts';
import { holdBackFree, type SettledJobs, settleStackJob } from './stack-fragments.ts';

/** The job that says what the others are for, and the one that this is about. */
const PLAN = 'plan';
const GATE = 'gate';
const WATCH = 'gpu-watch';

/**
 * The one record of a workflow run and what becomes of it, out of what its jobs left and how they ended (github.md, "gate").
 * What the plan asked for and no job delivered is a problem: nothing that was skipped counts as passed.
 * Throws a Fault where the plan left nothing, so that nobody can say what should have been there.
 */
export function concludeJobs(fragments: readonly ReadFragment[], needs: Needs, finishedAt: Date): RunRecord {
  const plan = fragments.find(({ job }) => job === PLAN)?.record;
  if (plan?.jobs === undefined) throw refusePlan(needs);
  const jobs = fragments.filter(({ job }) => job !== PLAN && job !== GATE);
  const settled = settleStackJob(plan, trustVerdictsOnly(plan, jobs), stackJobOf(needs));
  const others = settled.fragments;
  const merged = mergeAll(plan, settled);
  const asked = plan.jobs;
  const images = needs[WATCH] === undefined ? merged.images : merged.images.map((image) => sayUntried(asked, image));
  const blocked = images.filter((image) => image.blocked.length > 0).map(({ name }) => name);
  const held = blocked.map((name) => describeMissing(name, merged.run.workflow ?? ''));
  const problems = [
    // That a blocked image is not in staging follows from its being blocked.
    ...merged.problems.filter((problem) => !held.some((known) => isDeepStrictEqual(known, problem))),
    ...missingBuilds(plan.jobs, others, needs),
    // verify.yml has no job that watches, and tries nothing on a GPU.
    ...(needs[WATCH] === undefined ? [] : missingVerdicts(plan.jobs, images, describeJob(needs, WATCH))),
    ...missingPublishing(plan, images, others.find(({ job }) => job === 'publish')?.record, needs),
  ];
  return {
    ...merged,
    run: { ...merged.run, command: 'gate', finishedAt: finishedAt.toISOString() },
    images,
    rules: asked.untried === undefined ? merged.rules : withRule(merged.rules),
    jobs: plan.jobs,
    problems: [...problems, ...unexplained({ ...merged, images, problems }, needs)],
    notes: [...merged.notes, ...describeJobs(needs)],
  };
}

function refusePlan(needs: Needs): Fault {
  const result = needs[PLAN]?.result ?? 'skipped';
  const stopped = result === 'failure' || result === 'success';
  return new Fault(`the plan left no record: its job ${describeResult(result)}`, {
    kind: stopped ? 'user' : 'environment',
    remedy: stopped ? 'See the log of the plan job.' : 'Run the workflow again.',
  });
}

/** What a plan already says of an image counts only while no later job says more. */
function mergeAll(plan: RunRecord, { fragments, stack, timeline }: SettledJobs): RunRecord {
  const later = fragments.map(({ record }) => record);
  const seen = new Set(later.flatMap(({ images }) => images.map(({ name }) => name)));
  const parts = later.map((record) => ({ ...record, ...(stack === undefined ? {} : { stack }) }));
  const rest = { ...plan, images: plan.images.filter(({ name }) => !seen.has(name)), ...(stack && { stack }) };
  const merged = mergeRecords([rest, ...parts]);
  const order = plan.images.map(({ name }) => name);
  const images = merged.images.toSorted((one, other) => order.indexOf(one.name) - order.indexOf(other.name));
  // Only the plan knows why an image is built: a build job builds what it was given.
  const reasons = new Map(plan.images.map(({ name, reason }) => [name, reason]));
  return {
    ...merged,
    timeline: [...(merged.timeline ?? []), ...timeline],
    notes: [...new Set([...merged.notes, ...(stack?.run?.notes ?? [])])],
    images: images.map((image) => ({
      ...holdBackFree(image, stack),
      reason: reasons.get(image.name) ?? image.reason,
    })),
  };
}

/** A build job that left no record of an image: its runner was lost, it was cancelled, or it never ran. */
function missingBuilds({ build }: JobsRecord, fragments: readonly ReadFragment[], needs: Needs): ProblemRecord[] {
  const built = fragments.filter(({ job }) => job === 'build');
  const judged = new Set(built.flatMap(({ record }) => record.images.map(({ name }) => name)));
  return build.flatMap(({ shard, images }) => {
    const lost = images.filter((name) => !judged.has(name));
    if (lost.length === 0) return [];
    return {
      kind: 'environment' as const,
      message: `${lost.join(', ')} ${lost.length === 1 ? 'was' : 'were'} not judged: the build job (${shard}) left no record, and ${describeJob(needs, 'build')}`,
      remedy: 'Run the failed jobs again.',
    };
  });
}

/**
 * Where the plan says that the run publishes, every image that nothing blocks has to be published. What kept the publish job from it need not
 * block the image elsewhere: a GPU stage that was skipped is a warning, and publishing wants its verdict all the same.
 */
function missingPublishing(
  { jobs }: RunRecord,
  images: readonly ImageRecord[],
  publishing: RunRecord | undefined,
  needs: Needs,
): ProblemRecord[] {
  if (jobs?.environment === undefined || needs['publish'] === undefined) return [];
  const { result } = needs['publish'];
  return images
    .filter((image) => image.blocked.length === 0 && image.published === undefined)
    .flatMap(({ name }) => {
      const reasons = publishing?.images.find((image) => image.name === name)?.blocked ?? [];
      if (reasons.length === 0 && result === 'failure') return [];
      const why = reasons.length === 0 ? describeJob(needs, 'publish') : reasons.join(', ');
      return {
        kind: 'environment' as const,
        message: `${name} was not published: ${why}`,
        remedy: reasons.some((reason) => reason.startsWith(GPU_RULE))
          ? RUN_ALL_AGAIN
          : 'See the publish job, and run the failed jobs again.',
      };
    });
}

/** A job that ended badly while no record says why: what nobody explains never passes. */
function unexplained(record: RunRecord, needs: Needs): ProblemRecord[] {
  const bad = Object.entries(needs).filter(([, { result }]) => result === 'failure' || result === 'cancelled');
  const stackBlocked = record.stack !== undefined && record.stack.blocked.length > 0;
  const explained =
    record.problems.length > 0 || stackBlocked || record.images.some((image) => image.blocked.length > 0);
  if (bad.length === 0 || explained) return [];
  return bad.map(([job]) => ({
    kind: 'environment' as const,
    message: `${describeJob(Object.fromEntries(bad), job)}, and no record says why`,
    remedy: 'See the log of that job, and run the failed jobs again.',
  }));
}

function describeJob(needs: Needs, job: string): string {
  return `the ${job} job ${describeResult(needs[job]?.result ?? 'skipped')}`;
}

function describeJobs(needs: Needs): string[] {
  const jobs = Object.entries(needs).map(([job, { result }]) => `${job} ${result}`);
  return jobs.length === 0 ? [] : [`jobs: ${jobs.join(', ')}`];
}
