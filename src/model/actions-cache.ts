/**
 * The cache of GitHub Actions. Any job of the branch may have written an entry, those of the default branch are read by all:
 * what comes out of it is believed no more than that. Every call may throw a Fault, and no run depends on one.
 */
export interface ActionsCache {
  /** The newest entry whose key begins with the first of `prefixes` that has one, at most `limit` bytes. */
  restore(
    prefixes: readonly string[],
    limit: number,
  ): Promise<{ readonly key: string; readonly content: Uint8Array } | undefined>;
  /** An entry is written once: false where the key is taken. */
  save(key: string, content: Uint8Array): Promise<boolean>;
  /** The same for an OCI layout folder; every blob is held against its digest. The key of what was unpacked. */
  restoreLayout(prefixes: readonly string[], directory: string): Promise<string | undefined>;
  saveLayout(key: string, directory: string): Promise<boolean>;
}

/** What of the fact cache goes from machine to machine: facts about blobs, by their digests. */
export interface CarriedFacts {
  /** Facts of another machine, for this process only. */
  bring(facts: ReadonlyMap<string, Uint8Array>): void;
  /** Those that this process asked for or found. */
  used(): ReadonlyMap<string, Uint8Array>;
  /** How many that were brought served so far. */
  lent(): number;
}
