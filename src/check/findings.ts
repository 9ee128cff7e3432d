import type { Finding, Judgement } from '../model/verdict.ts';

/** Failed with the findings; passed without any, with what was seen where there is something to tell. */
export function failWith(findings: readonly Finding[], seen?: string): Judgement {
  const [first, ...others] = findings;
  if (first !== undefined) return { status: 'failed', findings: [first, ...others] };
  return seen === undefined ? { status: 'passed' } : { status: 'passed', seen };
}
