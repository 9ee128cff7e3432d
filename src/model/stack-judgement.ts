import { isAbout } from './gpu-judgement.ts';
import type { ImageRecord, OutcomeRecord, RunRecord, StackRecord } from './record.ts';
import { isBlocking } from './verdict.ts';

/** Judged in every run that was to start the stack, whatever came of it. */
export const STACK_STARTED = 'stack.starts';

/** Bytes and the policy that a verdict on the stack is about. */
export type StackSubject = NonNullable<StackRecord['started']>[number];

/** What a job that started the stack said, and in which run. */
export interface StackVerdict {
  readonly workflow?: string | undefined;
  readonly commit?: string | undefined;
  readonly stack: StackRecord;
}

/** What is to be published of the images the stack starts, and in which run. */
export interface StackDemand {
  readonly workflow?: string | undefined;
  readonly commit?: string | undefined;
  readonly images: readonly StackSubject[];
  /** How the job ended that should have given a verdict, as GitHub says it; absent: nobody says. */
  readonly job?: StackJobEnd | undefined;
}

/** How the job ended that starts the stack: unlike what it left, no other job of the run can change that. */
export interface StackJobEnd {
  readonly succeeded: boolean;
  /** `the stack job was cancelled`. */
  readonly words: string;
}

/** Whether it was judged by what it does, and not by what its files say alone. */
export function wasStarted({ outcomes }: Pick<StackRecord, 'outcomes'>): boolean {
  return outcomes.some(({ rule }) => rule === STACK_STARTED);
}

/** Why a verdict on the stack says nothing of these images; undefined where it is about every one of them, byte for byte. */
export function whyNotAbout({ started = [] }: StackRecord, images: readonly StackSubject[]): string | undefined {
  const others = images.filter((image) => !started.some((one) => one.name === image.name && isAbout(one, image)));
  if (others.length === 0) return undefined;
  const names = others.map(({ name }) => name).join(', ');
  return `the verdict on the stack is about another digest or another policy of ${names}`;
}

/**
 * The stack as publishing goes by it: what the record that is attached to the candidates says of its files, and what one verdict says of
 * it running with these very bytes, under this policy, in this run and for this commit. Without such a verdict it is undecided, which blocks.
 */
export function settleStack(stack: StackRecord, verdicts: readonly StackVerdict[], demand: StackDemand): StackRecord {
  if (demand.images.length === 0) return stack;
  const written = stack.outcomes.filter(({ rule }) => rule !== STACK_STARTED);
  if (wasStarted(stack)) {
    // By the job that built the images. Records of earlier versions do not say with which bytes; they are attached to them.
    const why = stack.started === undefined ? undefined : whyNotAbout(stack, demand.images);
    return why === undefined ? stack : withOutcomes(stack, [...written, undecided(why)]);
  }
  const refusals = verdicts.map((verdict) => whyNot(verdict, demand));
  const found = verdicts.findLast((_, index) => refusals[index] === undefined)?.stack;
  if (found === undefined) {
    const lack = refusals.at(-1) ?? 'no job of this run has started the stack';
    const how = demand.job === undefined || verdicts.length > 0 ? '' : `, and ${demand.job.words}`;
    return withOutcomes(stack, [...written, undecided(`${lack}${how}`)]);
  }
  // A job that gave a pass succeeded: what says otherwise was put in its place by another job of the run.
  if (demand.job?.succeeded === false && !found.outcomes.some(isBlocking))
    return withOutcomes(stack, [...written, undecided(`${demand.job.words}, whatever its record says`)]);
  const known = new Set(written.map(({ rule }) => rule));
  const { started, run } = found;
  const seen = found.outcomes.filter(({ rule }) => !known.has(rule));
  return { ...withOutcomes(stack, [...written, ...seen]), ...(started && { started }), ...(run && { run }) };
}

function whyNot({ workflow, commit, stack }: StackVerdict, demand: StackDemand): string | undefined {
  if (workflow !== demand.workflow) return `the verdict on the stack is of the run ${workflow ?? 'of nobody'}`;
  if (commit !== demand.commit) return `the verdict on the stack is about the commit ${commit ?? 'of nobody'}`;
  const { reason } = stack.outcomes.find(({ rule, status }) => rule === STACK_STARTED && status === 'undecided') ?? {};
  if (!wasStarted(stack)) return 'the verdict on the stack is of a job that did not start it';
  // What kept a job from starting it says more than that it is about nothing.
  return whyNotAbout(stack, demand.images) === undefined ? undefined : (reason ?? whyNotAbout(stack, demand.images));
}

function withOutcomes(stack: StackRecord, outcomes: OutcomeRecord[]): StackRecord {
  return { ...stack, outcomes, blocked: outcomes.filter(isBlocking).map(({ rule, status }) => `${rule} ${status}`) };
}

function undecided(reason: string): OutcomeRecord {
  return { rule: STACK_STARTED, status: 'undecided', severity: 'error', reason, environment: true, findings: [] };
}

/** Why an image of the stack is held back, as its record says it. */
export function stackReasons({ blocked }: Pick<StackRecord, 'blocked'>): readonly string[] {
  return blocked.map((why) => `stack: ${why}`);
}

/** Everything that decides about an image: its own outcomes, and those of the stack that starts it. */
export function withStackOutcomes(
  { name, outcomes }: Pick<ImageRecord, 'name' | 'outcomes'>,
  { stack }: Pick<RunRecord, 'stack'>,
): OutcomeRecord[] {
  return stack?.images.includes(name) === true ? [...outcomes, ...stack.outcomes] : outcomes;
}
