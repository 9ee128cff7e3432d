import type { Place } from './place.ts';

/** One requirement of a list that the build installs. */
export interface Requirement {
  /** Normalized as the index does (PEP 503): lower case, `-` between words. */
  readonly name: string;
  /** As written. */
  readonly text: string;
  /** It names exactly one version or one file. */
  readonly pinned: boolean;
  /** An index is named for it, so the usual one is not asked. */
  readonly elsewhere?: boolean;
  readonly place: Place;
}
/** A requirements file that a RUN of the build installs, or the Dockerfile with what its RUNs name themselves. */
export interface RequirementFile {
  /** Relative to the folder of slipway.yml. */
  readonly file: string;
  readonly requirements: readonly Requirement[];
}
/** What the package index says of the declared names. */
export interface IndexFacts {
  readonly index: string;
  readonly asked: number;
  readonly unknown: readonly Requirement[];
}
