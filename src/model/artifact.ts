import type { Digest } from './digest.ts';

/** Artifact type of the record that is attached to a published digest (docs/decisions/0101). */
export const RECORD_ARTIFACT = 'application/vnd.slipway.record.v1+json';
/** Annotation of an attached record: the policy hash its verdict holds for. */
export const POLICY_ANNOTATION = 'vnd.slipway.policy';
/** Annotation of an attached record: the commit the image was built from (OCI image spec, "Pre-Defined Annotation Keys"). */
export const REVISION_ANNOTATION = 'org.opencontainers.image.revision';
/** Annotation of an attached record: the branch's tags that its run moves, separated by spaces; no tag holds one. */
export const FOLLOWERS_ANNOTATION = 'vnd.slipway.followers';
/** When the attached record was finished. */
export const CREATED_ANNOTATION = 'org.opencontainers.image.created';

/** Something to attach to a published digest. */
export interface Artifact {
  readonly artifactType: string;
  readonly bytes: Uint8Array;
  readonly annotations: Readonly<Record<string, string>>;
}
/** What is attached to a digest now. */
export interface AttachedArtifact {
  readonly artifactType: string;
  /** Of its manifest. */
  readonly digest: Digest;
}
