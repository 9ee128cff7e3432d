import type { Place } from './place.ts';

/** Where a value that must not stand in the file comes from. */
export type ValueSource =
  { readonly from: 'env'; readonly name: string } | { readonly from: 'file'; readonly path: string };
/** A value of `env:`: literal, or taken from the environment of the run. */
export type EnvValue = { readonly from: 'literal'; readonly value: string } | ValueSource;

export interface HttpCheck {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Accepted status codes. */
  readonly status: readonly number[];
  /** A JSON value that must be a subset of the answer. */
  readonly json?: unknown;
  /** Media type the answer must have, e.g. `text/html`. */
  readonly type?: string;
  /** Milliseconds an answer may take (95th percentile of `repeat`). */
  readonly within?: number;
  readonly repeat: number;
  readonly place: Place;
}

export interface JobRunCheck {
  /** argv after the image's entrypoint; absent: the image's own command. */
  readonly command?: readonly string[];
  /** Milliseconds; default 120 s. */
  readonly within: number;
  readonly exit: number;
  readonly stdout?: RegExp;
  readonly stderr?: RegExp;
  readonly place: Place;
}
