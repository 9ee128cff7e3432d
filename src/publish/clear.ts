import type { BuiltImage, ImageDigests } from '../model/image.ts';
import { type GpuNeed, type GpuSubject, judgeGpuForPublishing } from '../model/gpu-judgement.ts';
import type { GpuVerdict } from '../model/gpu-verdict.ts';
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
  readonly gpu: GpuClearance;
}

/** What the GPU stage has to say before these bytes go anywhere; `none`: the config tries nothing, or it is only staged for the stage. */
export type GpuClearance =
  'none' | { readonly need: GpuNeed; readonly attempts: readonly GpuVerdict[]; readonly subject: GpuSubject };

// A brand exists for the compiler only; this set also refuses an object that somebody cast or copied.
const cleared = new WeakSet();

/** Lets an image through when its own digests were judged, no error rule failed or is undecided, and a GPU verdict that is required passed these bytes (architecture.md, "Four guarantees"). */
export function clear({ built, judged, outcomes, gpu }: ClearanceRequest): Clearance {
  const [first, ...others] = [
    ...complainAboutDigests(built.digests, judged),
    ...(outcomes.length === 0 ? ['no rule judged it'] : []),
    ...outcomes.filter(isBlocking).map(describeOutcome),
    ...complainAboutGpu(gpu),
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

function complainAboutGpu(gpu: GpuClearance): string[] {
  if (gpu === 'none') return [];
  const outcome = judgeGpuForPublishing(gpu.need, gpu.attempts, gpu.subject);
  return isBlocking(outcome) ? [describeOutcome(outcome)] : [];
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
