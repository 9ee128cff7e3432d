/** A secret whose value the run itself was given; it stays in memory. */
export interface KnownValue {
  /** `build secret npm-token`, `variable DB_PASSWORD` */
  readonly name: string;
  readonly value: string;
  /** Made for this run alone: no layer that was there before it can hold it, so none is read again because of it. */
  readonly passing?: boolean;
}

/** Where a known value was found; the value is kept nowhere. */
export interface KnownHit {
  readonly name: string;
  /** `/app/x`, `the image’s config and history`, `the build log of RUN …`, `the exported cache …` */
  readonly where: string;
  /** Index of the layer. */
  readonly layer?: number;
}
/** A known value that a step of the build printed. */
export interface LoggedSecret {
  readonly name: string;
  /** The step, shown to people. */
  readonly step: string;
}
export interface KnownValueFacts {
  readonly hits: readonly KnownHit[];
  /** Names of the values that were searched for. */
  readonly searched: readonly string[];
  /** Names of those that are too short to be. */
  readonly unsearched: readonly string[];
  /** Secrets whose step was a cache hit: it may hold an earlier value that nobody knows any more. */
  readonly cachedSecrets: readonly string[];
}
