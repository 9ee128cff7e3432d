import type { Finding, Judgement } from '../model/verdict.ts';

/** As many as a person reads; the others are counted. */
const SHOWN = 10;

/** Passed when there is nothing to complain about, else one finding for each of the first ten and one that counts the others. */
export function toFindings<T>(
  complaints: readonly T[],
  passed: { readonly seen?: string },
  describe: (complaint: T) => Finding,
): Judgement {
  const [first, ...others] = complaints.slice(0, SHOWN).map(describe);
  if (first === undefined) return { status: 'passed', ...passed };
  const rest = complaints.length - SHOWN;
  const more = rest > 0 ? [{ message: `and ${String(rest)} more like these`, remedy: first.remedy }] : [];
  return { status: 'failed', findings: [first, ...others, ...more] };
}
