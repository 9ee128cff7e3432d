import type { Claims } from '../model/identity.ts';
import { evaluateCel } from './cel.ts';
import type { CelContext } from './cel.ts';

/** One line of an attribute mapping with what it gives for a token. */
export interface MappedAttribute {
  /** `google.subject`, `attribute.grant`, … */
  readonly target: string;
  readonly expression: string;
  /** Undefined where it could not be worked out. */
  readonly value?: unknown;
  readonly problem?: string;
}

/** Bytes of `google.subject` that Google takes (workload identity federation, "attribute mapping"). */
export const SUBJECT_LIMIT = 127;

/** The identity behind the grants of publish.md: it fits the limit whatever the repository is called. */
export const NUMERIC_SUBJECT =
  "google.subject=assertion.repository_id + ':' + assertion.run_id + ':' + assertion.run_attempt";

export function evaluateMapping(mapping: Readonly<Record<string, string>>, claims: Claims): readonly MappedAttribute[] {
  return Object.entries(mapping).map(([target, expression]) => {
    const result = evaluateCel(expression, { assertion: claims });
    return result.ok ? { target, expression, value: result.value } : { target, expression, problem: result.problem };
  });
}

/** The names a condition may use beside the claims themselves. */
export function contextOf(attributes: readonly MappedAttribute[], claims: Claims): CelContext {
  const part = (prefix: string) =>
    Object.fromEntries(
      attributes
        .filter(({ target, value }) => target.startsWith(prefix) && value !== undefined)
        .map(({ target, value }) => [target.slice(prefix.length), value]),
    );
  return { assertion: claims, google: part('google.'), attribute: part('attribute.') };
}

/** Length of a mapped text as Google counts it. */
export function byteLength(value: unknown): number {
  return typeof value === 'string' ? Buffer.byteLength(value) : 0;
}
