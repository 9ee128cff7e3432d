import { type Artifact, TEST_RESULT } from '../model/artifact.ts';
import type { OutcomeRecord } from '../model/record.ts';
import { makeStatement, type StatementContext } from './statement.ts';

type Result = 'passed' | 'warned' | 'failed';

/** The verdict as in-toto's predicate for test results (test-result v0.1): every rule that judged is a test, the policy is their configuration. */
export function makeTestResult(
  context: StatementContext,
  outcomes: readonly OutcomeRecord[],
  url: string | undefined,
): Artifact {
  const named = (result: Result): string[] => [
    ...new Set(outcomes.filter((outcome) => resultOf(outcome) === result).map(({ rule }) => rule)),
  ];
  const [failedTests, warnedTests] = [named('failed'), named('warned')];
  return makeStatement(context, TEST_RESULT, {
    result: failedTests.length > 0 ? 'FAILED' : warnedTests.length > 0 ? 'WARNED' : 'PASSED',
    configuration: [{ name: 'policy', digest: { sha256: context.policyHash } }],
    ...(url === undefined ? {} : { url }),
    passedTests: named('passed'),
    warnedTests,
    failedTests,
  });
}

/** A waived rule did not pass; one that was skipped did not judge. */
function resultOf({ status, severity }: OutcomeRecord): Result | undefined {
  if (status === 'passed') return 'passed';
  if (status === 'skipped') return undefined;
  return status === 'waived' || severity === 'warning' ? 'warned' : 'failed';
}
