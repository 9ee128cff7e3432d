import { expect, test } from '@jest/globals';
import { jobEntrypointArgs } from '../../../../src/check/rules/job/job.entrypoint-args.ts';
import type { SingleRun } from '../../../../src/model/run-facts.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

const GOOD: SingleRun = {
  exitCode: 0,
  elapsed: 10,
  timedOut: false,
  oomKilled: false,
  stdout: 'usage: x\n',
  stderr: '',
};

function judge(change: Partial<SingleRun>) {
  return checkRule(jobEntrypointArgs, { 'arguments-run': { ...GOOD, ...change } });
}

test('usage and exit code 0 pass', () => {
  expect(judge({}).status).toBe('passed');
});

test.each<[Partial<SingleRun>, string]>([
  [{ exitCode: 2, stderr: 'unknown option\n' }, 'the entrypoint with --help ended with exit code 2: unknown option'],
  [{ timedOut: true, exitCode: 137 }, 'the entrypoint with --help did not end in time'],
  [{ startError: 'exec format error', exitCode: 127 }, 'the entrypoint with --help did not start: exec format error'],
  [{ exitCode: 1, stdout: '' }, 'the entrypoint with --help ended with exit code 1: it wrote nothing'],
])('%p', (change, message) => {
  expect(messagesOf(judge(change))).toEqual([message]);
});
