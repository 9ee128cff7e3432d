/** How another commit stands to the one that is published. `apart`: it is no part of our history, so it is newer or of another one. */
export type Standing =
  | { readonly standing: 'same' | 'older' | 'newer' | 'apart' }
  /** Undecided, and why. */
  | { readonly standing: 'unknown'; readonly why: string };

/** The history of one commit as the local clone has it. */
export interface CommitHistory {
  readonly commit: string;
  compare(other: string): Promise<Standing>;
  /** Ids of the last commits it follows from, itself included; as many as the clone has, at most some thousands. */
  recent(): Promise<readonly string[]>;
}
