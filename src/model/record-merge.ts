import { isDeepStrictEqual } from 'node:util';
import { Fault } from './fault.ts';
import { GPU_RULE, keepAttempts, toGpuOutcome } from './gpu-judgement.ts';
import type { GpuRecord } from './gpu-verdict.ts';
import type { ImageRecord, OutcomeRecord, RunRecord, StackRecord } from './record.ts';
import { isBlocking } from './verdict.ts';

const PROGRESS = { planned: 0, 'not-built': 1, failed: 2, built: 3 } as const;

/**
 * Joins the fragments that the jobs of one run wrote into one record.
 * Throws a Fault when two fragments contradict each other: another commit, another digest or policy hash of one image, another outcome of one rule.
 */
export function mergeRecords(fragments: readonly [RunRecord, ...RunRecord[]]): RunRecord {
  return fragments.slice(1).reduce(mergePair, fragments[0]);
}

function mergePair(left: RunRecord, right: RunRecord): RunRecord {
  requireSame('commit', left.source.commit, right.source.commit);
  requireSame('config', left.config.file, right.config.file);
  const names = [...new Set([...left.images, ...right.images].map((image) => image.name))];
  const startedFirst = left.run.startedAt <= right.run.startedAt ? left : right;
  const finishedLast = left.run.finishedAt >= right.run.finishedAt ? left : right;
  return {
    ...startedFirst,
    run: { ...startedFirst.run, finishedAt: finishedLast.run.finishedAt },
    publish: finishedLast.publish,
    engine: left.engine ?? right.engine,
    config: { ...left.config, informational: left.config.informational && right.config.informational },
    notes: [...new Set([...left.notes, ...right.notes])],
    rules: mergeRules(left, right),
    timeline: joinLists(left.timeline, right.timeline),
    ...mergeStack(left, right),
    ...mergeLeftOut(left, right),
    images: names.flatMap((name) => mergeNamed(name, left.images, right.images)),
    problems: [
      ...left.problems,
      ...right.problems.filter((problem) => !left.problems.some((known) => isDeepStrictEqual(known, problem))),
    ],
  };
}

function mergeRules(left: RunRecord, right: RunRecord): RunRecord['rules'] {
  if (left.rules === undefined || right.rules === undefined) return left.rules ?? right.rules;
  return [...new Map([...left.rules, ...right.rules].map((rule) => [rule.id, rule])).values()];
}

function joinLists<T>(left: T[] | undefined, right: T[] | undefined): T[] | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  // What is published brings the fragment that proves it along: its entries are there already.
  return [...left, ...right.filter((entry) => !left.some((known) => isDeepStrictEqual(known, entry)))];
}

/** What a plan says for all jobs. */
function mergeLeftOut(left: RunRecord, right: RunRecord): Pick<RunRecord, 'jobs' | 'unchanged'> {
  const jobs = left.jobs ?? right.jobs;
  const unchanged = joinLists(left.unchanged, right.unchanged);
  return { ...(jobs === undefined ? {} : { jobs }), ...(unchanged === undefined ? {} : { unchanged }) };
}

/** What the files of the commit say of the stack no two jobs see differently; one of them may have started it as well. */
function mergeStack(left: RunRecord, right: RunRecord): Pick<RunRecord, 'stack'> {
  const [one, other] = [left.stack, right.stack].filter((stack) => stack !== undefined).toSorted(byOutcomes);
  if (one === undefined) return {};
  if (other !== undefined) {
    const known = new Map(one.outcomes.map((outcome) => [outcome.rule, outcome]));
    for (const outcome of other.outcomes) {
      requireSame(`stack: outcome of ${outcome.rule}`, known.get(outcome.rule) ?? 'nothing', outcome);
    }
    requireSame('stack: files', one.files, other.files);
  }
  // Each build job knows of the images it builds.
  return { stack: { ...one, images: [...new Set([...one.images, ...(other?.images ?? [])])] } };
}

function byOutcomes(one: StackRecord, other: StackRecord): number {
  return other.outcomes.length - one.outcomes.length;
}

function mergeNamed(
  name: string,
  lefts: readonly ImageRecord[],
  rights: readonly ImageRecord[],
): readonly ImageRecord[] {
  const left = lefts.find((image) => image.name === name);
  const right = rights.find((image) => image.name === name);
  if (left === undefined || right === undefined) return [left ?? right].filter((image) => image !== undefined);
  return [mergeImage(left, right)];
}

function mergeImage(left: ImageRecord, right: ImageRecord): ImageRecord {
  requireSame(`${left.name}: policy hash`, left.policyHash, right.policyHash);
  requireSame(`${left.name}: digests`, left.digests, right.digests);
  requireSame(`${left.name}: sizes`, left.sizes, right.sizes);
  requireSame(`${left.name}: published`, left.published, right.published);
  const further = PROGRESS[right.status] >= PROGRESS[left.status] ? right : left;
  const other = further === right ? left : right;
  const gpu = mergeGpu(left.gpu, right.gpu);
  const tried = judgeTried(left, right, gpu);
  const outcomes = [...mergeOutcomes(left, right), ...tried];
  // Blocked in one fragment stays blocked: a later job cannot talk an image free. Another attempt on a GPU can.
  const blocked = [...left.blocked, ...right.blocked].filter((why) => tried.length === 0 || !why.startsWith(GPU_RULE));
  const stillBlocked = tried.filter(isBlocking).map(({ rule, status }) => `${rule} ${status}`);
  return {
    ...other,
    ...definedOf(further),
    ...(gpu === undefined ? {} : { gpu }),
    outcomes,
    blocked: [...new Set([...blocked, ...stillBlocked])],
  };
}

/** Each attempt is one of its own: those of both jobs are kept. */
function mergeGpu(left: GpuRecord | undefined, right: GpuRecord | undefined): GpuRecord | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  const attempts = [...left.attempts, ...right.attempts];
  const distinct = attempts.filter(
    (attempt, index) => attempts.findIndex((other) => isDeepStrictEqual(other, attempt)) === index,
  );
  return { ...left, attempts: keepAttempts(distinct.toSorted((one, other) => one.attempt - other.attempt)) };
}

/** Two attempts may come to different ends: what counts is said of both together. Nothing where no job tried or decided. */
function judgeTried(left: ImageRecord, right: ImageRecord, gpu: GpuRecord | undefined): OutcomeRecord[] {
  const decided = [left, right].filter(({ published, outcomes }) => published !== undefined && isJudged(outcomes));
  const [final] = decided.flatMap(({ outcomes }) => outcomes.filter(({ rule }) => rule === GPU_RULE));
  if (final !== undefined) return [final];
  if (gpu === undefined || !(isJudged(left.outcomes) || isJudged(right.outcomes))) return [];
  return [{ ...toGpuOutcome(gpu, gpu.attempts), findings: [...toGpuOutcome(gpu, gpu.attempts).findings] }];
}

function isJudged(outcomes: readonly OutcomeRecord[]): boolean {
  return outcomes.some(({ rule }) => rule === GPU_RULE);
}

function mergeOutcomes(left: ImageRecord, right: ImageRecord): OutcomeRecord[] {
  const apart = (outcomes: readonly OutcomeRecord[]): OutcomeRecord[] =>
    outcomes.filter(({ rule }) => rule !== GPU_RULE);
  const merged = new Map(apart(left.outcomes).map((outcome) => [outcome.rule, outcome]));
  for (const outcome of apart(right.outcomes)) {
    requireSame(`${left.name}: outcome of ${outcome.rule}`, merged.get(outcome.rule), outcome);
    merged.set(outcome.rule, outcome);
  }
  return [...merged.values()];
}

function definedOf(image: ImageRecord): ImageRecord {
  return Object.fromEntries(Object.entries(image).filter(([, value]) => value !== undefined)) as ImageRecord;
}

function requireSame(what: string, left: unknown, right: unknown): void {
  if (left === undefined || right === undefined || isDeepStrictEqual(left, right)) return;
  throw new Fault(`two fragments of the record contradict each other: ${what}`, {
    remedy: 'Merge only fragments of one run of one commit; start the run again if a job was re-run with other inputs.',
  });
}
