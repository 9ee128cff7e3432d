/** Whose signatures count. */
export interface SignaturePolicy {
  /** Sigstore trusted roots, JSON each. */
  readonly roots: readonly string[];
  /** `OWNER/NAME` that was built. */
  readonly repository: string;
  /** `OWNER/NAME` for every workflow there, or `OWNER/NAME/.github/workflows/FILE[@REF]`. */
  readonly workflows: readonly string[];
  /** Who vouched for the job. */
  readonly issuer: string;
}

/** Signatures by what a job is, with a key that lives for one of them (Sigstore). */
export interface Signatures {
  /** Why this run cannot sign anything; undefined where it may try. */
  readonly unavailable: string | undefined;
  /**
   * Signs an in-toto statement; resolves with the bundle (Sigstore bundle v0.3, JSON).
   * Throws a Fault when nobody vouches for this job, or when the services do not answer.
   */
  sign(statement: Uint8Array): Promise<Uint8Array>;
}
