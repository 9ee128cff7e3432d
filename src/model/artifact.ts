import type { Digest } from './digest.ts';
import type { Descriptor } from './image.ts';

/** Artifact type of the record that is attached to a published digest (docs/decisions/0102). */
export const RECORD_ARTIFACT = 'application/vnd.slipway.record.v1+json';
/** Annotation of an attached record: the policy hash its verdict holds for. */
export const POLICY_ANNOTATION = 'vnd.slipway.policy';
/** Annotation of an attached record: the commit the image was built from (OCI image spec, "Pre-Defined Annotation Keys"). */
export const REVISION_ANNOTATION = 'org.opencontainers.image.revision';
/** Annotation of an attached record: the branch's tags that its run moves, separated by spaces; no tag holds one. */
export const FOLLOWERS_ANNOTATION = 'vnd.slipway.followers';
/** When the attached record was finished. */
export const CREATED_ANNOTATION = 'org.opencontainers.image.created';
/** Artifact type of an in-toto statement that nobody has signed. */
export const IN_TOTO_ARTIFACT = 'application/vnd.in-toto+json';
/** Annotation of an attached statement: what it says, as in-toto and BuildKit name it. */
export const PREDICATE_ANNOTATION = 'in-toto.io/predicate-type';
export const TEST_RESULT = 'https://in-toto.io/attestation/test-result/v0.1';
export const SLSA_PROVENANCE = 'https://slsa.dev/provenance/v1';
/** Annotation of an artifact whose every version counts: the digest of its content. */
export const CONTENT_ANNOTATION = 'vnd.slipway.content';

/** Artifact type of a Sigstore bundle: a statement, its signature and who signed it. */
export const BUNDLE_ARTIFACT = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** Something to attach to a published digest. */
export interface Artifact {
  readonly artifactType: string;
  readonly bytes: Uint8Array;
  readonly annotations: Readonly<Record<string, string>>;
}
/** One that is made only where it is not attached yet. */
export interface LateArtifact extends Omit<Artifact, 'bytes'> {
  make(): Promise<Uint8Array>;
  /** `optional`: whatever keeps it away is told and stops nothing; `required`: nothing may be published without it. */
  readonly demand: 'required' | 'optional';
}
/** What is attached to a digest now. */
export interface AttachedArtifact {
  readonly artifactType: string;
  /** Of a statement. */
  readonly predicateType?: string;
  /** Of its manifest. */
  readonly digest: Digest;
}

/** What was attached last: the job that publishes knows of verdicts that came after the build. */
export function newestOf<T extends Pick<Descriptor, 'annotations'>>(attached: readonly T[]): T | undefined {
  const createdOf = ({ annotations }: T): string => annotations?.[CREATED_ANNOTATION] ?? '';
  return attached.toSorted((one, other) => createdOf(one).localeCompare(createdOf(other))).at(-1);
}
