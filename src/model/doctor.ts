/** One question of `slipway doctor` with its answer. */
export interface DoctorCheck {
  readonly name: string;
  readonly state: 'ok' | 'failed' | 'skipped';
  /** One sentence. */
  readonly answer: string;
  /** What was seen, why, and what to type. */
  readonly lines: readonly string[];
  /** A failure that may pass by itself. */
  readonly environment?: boolean;
}
