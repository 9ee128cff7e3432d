/** Whose fault a diagnosis says it is; `either`: the canary decides. */
export type Blame = 'image' | 'infra' | 'either';

/** One thing that can go wrong, and what to say. */
export interface DiagnosisRow {
  readonly id: string;
  readonly blame: Blame;
  /** What the engine, the driver or the program prints; absent: found by looking, not by a text. */
  readonly text?: RegExp;
  /** One line. */
  readonly says: string;
  readonly remedy: string;
}
