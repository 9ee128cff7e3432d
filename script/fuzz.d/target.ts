/** One reader under test. */
export interface FuzzTarget {
  readonly name: string;
  readonly seeds: () => readonly Buffer[];
  /** Words and bytes that mutations put in. */
  readonly words: readonly string[];
  /**
   * Reads one input and says in a few words how it went; inputs with new words are worth keeping and changing further.
   * Throws only for a defect: an error that is none of the reader's own, or an answer that contradicts itself.
   */
  readonly run: (input: Buffer) => string;
}

/** Throws when what has to hold does not. */
export function mustHold(condition: boolean, what: string): void {
  if (!condition) throw new Error(`fuzz: ${what}`);
}
