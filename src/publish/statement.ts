import {
  type Artifact,
  CREATED_ANNOTATION,
  IN_TOTO_ARTIFACT,
  POLICY_ANNOTATION,
  PREDICATE_ANNOTATION,
  REVISION_ANNOTATION,
} from '../model/artifact.ts';
import type { Digest } from '../model/digest.ts';

const STATEMENT = 'https://in-toto.io/Statement/v1';

/** What a statement is about and when it was made. */
export interface StatementContext {
  readonly name: string;
  readonly digest: Digest;
  /** 64 hex digits. */
  readonly policyHash: string;
  /** The commit it was built from. */
  readonly commit?: string;
  /** ISO 8601. */
  readonly created: string;
}

/** An in-toto statement (Statement v1) about a digest, ready to be attached; nobody has signed it. */
export function makeStatement(context: StatementContext, predicateType: string, predicate: object): Artifact {
  const { name, digest, policyHash, commit, created } = context;
  const subject = [{ name, digest: { sha256: hexOf(digest) } }];
  return {
    artifactType: IN_TOTO_ARTIFACT,
    bytes: Buffer.from(JSON.stringify({ _type: STATEMENT, subject, predicateType, predicate })),
    annotations: {
      [PREDICATE_ANNOTATION]: predicateType,
      [POLICY_ANNOTATION]: policyHash,
      [CREATED_ANNOTATION]: created,
      ...(commit === undefined ? {} : { [REVISION_ANNOTATION]: commit }),
    },
  };
}

/** The digits of a sha256 digest. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}
