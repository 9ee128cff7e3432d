import type { Config } from '../model/config.ts';
import type { Effects } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import { parseRecord } from '../model/record-parse.ts';
import type { ImageRecord, RunRecord } from '../model/record.ts';
import {
  settleStack,
  stackReasons,
  type StackDemand,
  type StackSubject,
  type StackVerdict,
  wasStarted,
  whyNotAbout,
} from '../model/stack-judgement.ts';
import type { ProvenImage } from './promotion-source.ts';
import type { Request } from './request.ts';

/** A verdict with the last lines of every service is far smaller. */
const LARGEST_VERDICT = 4 * 1024 * 1024;

/** What a job's record says of the stack it started, and nothing else of it: that machine ran user code. Throws a Fault for one that is too large. */
export function stackVerdictOf({ run, source, stack }: RunRecord): readonly StackVerdict[] {
  if (stack === undefined) return [];
  if (JSON.stringify(stack).length > LARGEST_VERDICT)
    throw new Fault('the verdict on the stack is larger than 4 MiB', { remedy: 'Run the stack job again.' });
  return [{ workflow: run.workflow, commit: source.commit, stack }];
}

/** What jobs elsewhere said: handed over by the workflow, or in records named on the command line. */
export async function readStackVerdicts(
  { files }: Pick<Effects, 'files'>,
  { stackVerdicts = [], stackRecords = [] }: Pick<Request, 'stackVerdicts' | 'stackRecords'>,
): Promise<readonly StackVerdict[]> {
  const records = await Promise.all(stackRecords.map(async (file) => parseRecord(await files.readText(file), file)));
  return [...stackVerdicts, ...records.flatMap(stackVerdictOf)];
}

/** The image as a verdict on the stack has to be about it; none for one without bytes, and for one that no stack starts. */
export function subjectsOf({ stack }: RunRecord, images: readonly ImageRecord[]): readonly StackSubject[] {
  return images.flatMap(({ name, digests, policyHash }) =>
    digests === undefined || stack?.images.includes(name) !== true ? [] : [{ name, digests, policyHash }],
  );
}

/** Candidates with what the stack means for publishing them: all that are published together have to have been started together. */
export function settleStacks(
  config: Config,
  proven: readonly ProvenImage[],
  verdicts: readonly StackVerdict[],
  demand: Omit<StackDemand, 'images'>,
  now: Date,
): readonly ProvenImage[] {
  proven.forEach(({ record, image }) => {
    requireWord(config, image, record);
  });
  const images = proven.flatMap(({ record, image }) => subjectsOf(record, [image]));
  return proven.map((one) => settle(one, verdicts, { ...demand, images }, now));
}

function settle(
  proven: ProvenImage,
  verdicts: readonly StackVerdict[],
  { images, ...demand }: StackDemand,
  now: Date,
): ProvenImage {
  const { record } = proven;
  if (record.stack?.images.includes(proven.image.name) !== true) return proven;
  // The record of a build job says what it started itself: that may be the stack of its own images.
  const own = wasStarted(record.stack) ? subjectsOf(record, [proven.image]) : images;
  const stack = settleStack(record.stack, verdicts, { ...demand, images: own });
  if (stack === record.stack) return proven;
  const image = { ...proven.image, blocked: [...proven.image.blocked, ...stackReasons(stack)] };
  return {
    ...proven,
    image,
    stack,
    record: {
      ...record,
      run: { ...record.run, finishedAt: now.toISOString() },
      stack,
      images: record.images.map((each) => (each.name === image.name ? image : each)),
    },
  };
}

/** Throws a Fault for an image of a stack that nobody started with these very bytes: what the files say is no proof of what runs. */
export function requireStarted(config: Config, image: ImageRecord, record: RunRecord): void {
  if (config.stack === undefined) return;
  requireWord(config, image, record);
  const why = whyNotStarted(image, record);
  if (why !== undefined) throw refuse(config, why);
}

/** Why a record is no proof that the stack was started with an image it is to start; undefined where it is, or none is needed. */
export function whyNotStarted(image: ImageRecord, record: RunRecord): string | undefined {
  const { stack } = record;
  if (stack?.images.includes(image.name) !== true) return undefined;
  if (!wasStarted(stack)) return describeNever(image);
  return stack.started === undefined ? undefined : whyNotAbout(stack, subjectsOf(record, [image]));
}

/** Throws a Fault for a record that knows nothing of the stack which the config declares. */
function requireWord(config: Config, image: ImageRecord, { stack }: RunRecord): void {
  if (config.stack !== undefined && stack === undefined) throw refuse(config, describeNever(image));
}

function describeNever({ name }: ImageRecord): string {
  return `the stack was never started with ${name}`;
}

function refuse({ file }: Config, why: string): Fault {
  return new Fault(why, {
    ...(file === undefined ? {} : { where: file }),
    remedy: 'Run slipway stack --checked after slipway check; slipway ship and slipway stage do it themselves.',
  });
}
