import type { Place } from './place.ts';

export interface Finding {
  readonly message: string;
  readonly seen?: string;
  readonly allowed?: string;
  readonly place?: Place;
  /** One sentence: what to do. */
  readonly remedy: string;
  /** A waiver covers this finding: its reason, expiry and owner in words. */
  readonly waived?: string;
}

/** A finding as a rule says it. */
export interface RuleFinding extends Finding {
  /** What the image's history or config says at that point: the framework looks for its line in the Dockerfile, where there is one. */
  readonly written?:
    { readonly history: string } | { readonly keyword: 'ENV' | 'LABEL' | 'ARG'; readonly name: string };
}

/** What a rule says of the facts it was given; *undecided* and *skipped* for missing facts are added by the framework, not by rules. */
export type Judgement =
  | { readonly status: 'passed'; readonly seen?: string }
  | { readonly status: 'failed'; readonly findings: readonly [RuleFinding, ...RuleFinding[]] }
  | { readonly status: 'skipped'; readonly reason: string }
  | { readonly status: 'undecided'; readonly reason: string };

export type OutcomeStatus = 'passed' | 'failed' | 'waived' | 'skipped' | 'undecided';
export type Severity = 'error' | 'warning';

/** What a rule came to for one image. */
export interface RuleOutcome {
  readonly rule: string;
  readonly status: OutcomeStatus;
  readonly severity: Severity;
  readonly reason?: string;
  /** The value seen, for passed rules worth a number. */
  readonly seen?: string;
  /** The cause of *undecided* is outside the image: a retry is safe. */
  readonly environment?: boolean;
  readonly findings: readonly Finding[];
}

/** Whether this outcome alone keeps an image from being published: fail closed on errors that failed or could not be decided. */
export function isBlocking(outcome: Pick<RuleOutcome, 'severity' | 'status'>): boolean {
  return outcome.severity === 'error' && (outcome.status === 'failed' || outcome.status === 'undecided');
}
