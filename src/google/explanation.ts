import type { IdentityRefusal, WorkloadIdentity } from '../model/identity.ts';
import type { ProviderDescription } from './provider-file.ts';

/** What is known when a refusal is explained. */
export interface ExplainContext {
  readonly refusal: IdentityRefusal;
  readonly identity: WorkloadIdentity;
  /** The provider as gcloud prints it, where the user gave it. */
  readonly provider?: ProviderDescription;
  /** `HOST/PATH` images are pushed to. */
  readonly registry?: string;
}
/** A refusal for a person: what happened, why, what to type. */
export interface Explanation {
  /** Row of the failure table, for tests and statistics. */
  readonly row: string;
  readonly what: string;
  readonly why: readonly string[];
  /** Lines to copy, each whole. */
  readonly type: readonly string[];
  /** Google takes up to five minutes to know of a change: the same question may be answered otherwise soon. */
  readonly propagating: boolean;
}
/** One row of the failure table (publish.md, "Failures → diagnosis to print"). */
export interface RefusalRow {
  readonly row: string;
  readonly matches: (refusal: IdentityRefusal) => boolean;
  readonly explain: (context: ExplainContext) => Omit<Explanation, 'row' | 'propagating'>;
  readonly propagating?: boolean;
}
