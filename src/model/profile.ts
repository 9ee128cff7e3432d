import type { ImageKind, ProfileName, RuleLevel } from './config.ts';

/** What a profile makes of one rule. */
export interface ProfileRule {
  readonly rule: string;
  /** Absent: the catalogue's own level, as a bare entry under `rules:` gives it. */
  readonly level?: RuleLevel;
  /** Settings of the rule; what `rules:` sets itself wins key by key. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** What the platform does, one sentence. */
  readonly why: string;
  /** Page of the platform that says so. */
  readonly source: string;
}

/** Values of image keys that nobody wrote; they never count as written. */
export interface ProfileDefaults {
  readonly kind?: ImageKind;
  readonly port?: number;
  readonly platforms?: readonly string[];
  /** Milliseconds. */
  readonly startedWithin?: number;
  readonly stopsWithin?: number;
}
/** One default with the words for its row in docs/profiles.md. */
export interface ProfileDefault {
  readonly key: string;
  readonly value: string;
  readonly why: string;
  readonly source: string;
}

/** A named set of rules and defaults: what a platform really enforces on an image. */
export interface Profile {
  readonly name: ProfileName;
  readonly title: string;
  readonly defaults: ProfileDefaults;
  /** The same defaults in words, one each. */
  readonly defaultRows: readonly ProfileDefault[];
  readonly rules: readonly ProfileRule[];
  /** What the platform does that no rule can hold it to. */
  readonly notes: readonly string[];
}
