import type { BuiltImage, ImageDigests } from '../model/image.ts';
import { isBlocking } from '../model/verdict.ts';
import type { RuleOutcome } from '../model/verdict.ts';

declare const brand: unique symbol;

/** An image whose rules let it through; only `clear` makes one, and only such an image can be published. */
export interface ClearedImage {
  readonly [brand]: 'cleared';
  readonly name: string;
  readonly digests: ImageDigests;
}

export type Clearance =
  | { readonly cleared: true; readonly image: ClearedImage }
  | { readonly cleared: false; readonly reasons: readonly [string, ...string[]] };

/** What a decision is made of; `judged` are the digests the rules read, absent when nothing was read. */
export interface ClearanceRequest {
  readonly built: Pick<BuiltImage, 'name' | 'digests'>;
  readonly judged: ImageDigests | undefined;
  readonly outcomes: readonly RuleOutcome[];
}

// A brand exists for the compiler only; this set also refuses an object that somebody cast or copied.
const cleared = new WeakSet();

/** Lets an image through when its own digests were judged and no error rule failed or is undecided (architecture.md, "Four guarantees"). */
export function clear({ built, judged, outcomes }: ClearanceRequest): Clearance {
  const [first, ...others] = [
    ...complainAboutDigests(built.digests, judged),
    ...(outcomes.length === 0 ? ['no rule judged it'] : []),
    ...outcomes.filter(isBlocking).map(describeOutcome),
  ];
  if (first !== undefined) return { cleared: false, reasons: [first, ...others] };
  const image = { name: built.name, digests: built.digests } as ClearedImage;
  cleared.add(image);
  return { cleared: true, image };
}

/** Whether `clear` made this very object. */
export function isCleared(image: ClearedImage): boolean {
  return cleared.has(image);
}

function complainAboutDigests(built: ImageDigests, judged: ImageDigests | undefined): string[] {
  if (judged === undefined) return ['its bytes were not read'];
  return (['index', 'manifest', 'config'] as const)
    .filter((part) => built[part] !== judged[part])
    .map(
      (part) =>
        `the ${part} that was judged (${judged[part] ?? 'none'}) is not the one that was built (${built[part] ?? 'none'})`,
    );
}

function describeOutcome(outcome: RuleOutcome): string {
  const detail = outcome.findings.find((finding) => finding.waived === undefined)?.message ?? outcome.reason;
  return `${outcome.rule} ${outcome.status}${detail === undefined ? '' : `: ${detail}`}`;
}
