import { expect, test } from '@jest/globals';
import { healthNotVacuous } from '../../../../src/check/rules/health/health.not-vacuous.ts';
import type { ControlFacts } from '../../../../src/model/facts.ts';
import { blankDescription, blankRuntime } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { healthcheckOf } from '../../../support/runs.ts';

function judge(exitCode: number, change: Partial<ControlFacts> = { idle: 'sleep' }) {
  const healthcheck = healthcheckOf('CMD-SHELL', 'curl -f http://localhost/ || true');
  const image = blankDescription({ config: blankRuntime({ healthcheck }) });
  return checkRule(healthNotVacuous, { image, control: { probe: { exitCode, output: '', at: 0 }, ...change } });
}

test.each([
  [1, 'the test ended with 1'],
  [127, 'the test ended with 127'],
  [-1, 'the test did not end'],
])('a test that fails without the service passes (%i)', (exitCode, seen) => {
  expect(judge(exitCode)).toEqual({ status: 'passed', seen: `in a container that only runs sleep ${seen}` });
});

test('a test that passes without the service fails', () => {
  expect(messagesOf(judge(0))[0]).toContain('in a container that only runs sleep the test succeeds too');
  expect(messagesOf(judge(0, {}))[0]).toContain('alone in a container the test succeeds too');
});
