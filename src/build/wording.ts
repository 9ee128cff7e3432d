import { formatDuration } from '../model/duration.ts';
import type { Output } from '../model/effects.ts';
import type { PlannedImage } from '../model/plan.ts';
import { targetName } from './names.ts';
import { isCancelled, type ProgressEvents, type Step } from './progress.ts';
import { restoreArguments } from './steps.ts';
import type { Mask } from './text.ts';

/** What shows a build while it runs. */
export interface Display extends Required<Omit<ProgressEvents, 'printed'>> {
  readonly end: () => Promise<void>;
}

/** How displays name things, the same in each. */
export interface Wording {
  readonly output: Output;
  readonly images: readonly string[];
  /** Images of a step; more than one when they share it. */
  readonly imagesOf: (step: Step) => readonly string[];
  /** `api 2/5` */
  readonly label: (step: Step) => string;
  /** `RUN make`, with arguments and secrets taken out, on one line. */
  readonly title: (step: Step) => string;
  readonly mask: Mask;
}

/** The wording for these images, with the values of their arguments and all secrets taken out. */
export function makeWording(output: Output, planned: readonly PlannedImage[], mask: Mask): Wording {
  const byTarget = new Map(planned.map((image) => [targetName(image.name), image]));
  const imagesOf = (step: Step): readonly string[] =>
    [...step.targets].flatMap((target) => byTarget.get(target)?.name ?? []);
  return {
    output,
    images: planned.map(({ name }) => name),
    imagesOf,
    label: (step) => `${nameAll(imagesOf(step))} ${step.position}`.trimEnd(),
    title(step) {
      const args = [...step.targets].map((target) => byTarget.get(target)?.config.args ?? {});
      return mask(args.reduce((text, known) => restoreArguments(text, known), step.text.replace(/\s+/g, ' ')));
    },
    mask,
  };
}

/** Steps that are BuildKit's own bookkeeping and take no time worth a line. */
export function isBookkeeping({ position, text }: Step): boolean {
  return position === 'internal' && !/^load (?:build context|metadata)/.test(text);
}

/** `cached`, or how long it took. */
export function formatOutcome(step: Step): string {
  const { cached, error, started, completed } = step;
  if (error !== undefined) return isCancelled(step) ? 'cancelled' : 'failed';
  if (cached) return 'cached';
  return formatDuration(Math.max(0, (completed ?? 0) - (started ?? completed ?? 0)));
}

/** Names of the images that share a step; more than two only by number. */
function nameAll(images: readonly string[]): string {
  const [first] = images;
  if (first === undefined) return 'build';
  return images.length > 2 ? `${first}+${String(images.length - 1)}` : images.join('+');
}
