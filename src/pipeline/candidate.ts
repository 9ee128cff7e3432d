import type { ImageSource } from '../model/effects.ts';
import type { ImageDigests } from '../model/image.ts';
import type { GpuRecord } from '../model/gpu-verdict.ts';
import type { RunRecord, StackRecord } from '../model/record.ts';
import type { LastingTag, MovingTag } from '../model/release-version.ts';
import type { RuleOutcome } from '../model/verdict.ts';

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
  /** Commits that the event says come before it. */
  readonly ancestors?: readonly string[] | undefined;
  readonly policyHash: string;
  /** What the image's config asks of the GPU stage, and what its attempts said; absent: nothing. */
  readonly gpu: GpuRecord | undefined;
  /** What another job than the one that built it said of the stack that starts it. */
  readonly stack?: StackRecord | undefined;
  /** Tags may go back to something older. */
  readonly back?: boolean;
  /** This job vouches for how it was made: its statements are signed here. */
  readonly vouched?: boolean;
  /** What proves it is attached to it already: nothing new is said about it. */
  readonly proven?: boolean;
  /** Where it comes from another repository: what is attached to it there comes along. */
  readonly attachedIn?: ImageSource;
  /** Our own staging repository that it comes from: blobs need not travel. */
  readonly staging?: string;
  /** What is attached to the digest: the run's record with this image alone, as it is before it is published. */
  record(): RunRecord;
  open(): Promise<ImageSource>;
}
