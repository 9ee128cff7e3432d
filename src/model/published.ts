import type { AttachedArtifact } from './artifact.ts';
import type { Digest } from './digest.ts';

export interface PublishedTag {
  readonly tag: string;
  /** `same`: it already pointed to this digest; `kept`: it points elsewhere on purpose; `undecided`: not moved, forward or back is not known. */
  readonly action: 'created' | 'moved' | 'same' | 'kept' | 'undecided';
  readonly reason: string;
}

/** How a blob came to a store: as bytes, or taken over from another repository of the same registry. */
export type BlobArrival = 'uploaded' | 'mounted';

/** One image as the registry or layout holds it after the read-back. */
export interface PublishedImage {
  readonly name: string;
  /** `repository@digest`, pullable. */
  readonly reference: string;
  readonly digest: Digest;
  readonly tags: readonly PublishedTag[];
  /** Artifacts whose subject is the digest, and why one could not be attached. */
  readonly attached: readonly AttachedArtifact[];
  readonly notAttached: readonly string[];
  readonly uploadedBlobs: number;
  /** Taken over from the staging repository without a byte travelling. */
  readonly mountedBlobs: number;
  readonly presentBlobs: number;
  readonly uploadedBytes: number;
  /** Milliseconds. */
  readonly elapsed: number;
  /** Transient failures that were retried, in words. */
  readonly retries: readonly string[];
}
