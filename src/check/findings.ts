import type { Finding, Judgement } from '../model/verdict.ts';

/** Failed with the findings, passed without any. */
export function failWith(findings: readonly Finding[]): Judgement {
  const [first, ...others] = findings;
  return first === undefined ? { status: 'passed' } : { status: 'failed', findings: [first, ...others] };
}
