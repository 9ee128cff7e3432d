import { expect, test } from '@jest/globals';
import { healthToolMissing } from '../../../../src/check/rules/health/health.tool-missing.ts';
import type { ServiceFacts } from '../../../../src/model/facts.ts';
import { blankDescription, blankRuntime } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { blankService, healthcheckOf } from '../../../support/runs.ts';

function judge(service: ServiceFacts, ...words: string[]) {
  const config = blankRuntime({ healthcheck: healthcheckOf(...words) });
  return checkRule(healthToolMissing, { image: blankDescription({ config }), service });
}
const curl = ['CMD-SHELL', 'curl -f http://localhost/ || exit 1'];

test('a test that could run passes, whatever it said', () => {
  expect(judge(blankService(), ...curl).status).toBe('passed');
});

test('a missing program is named with what the shell said', () => {
  const log = [{ exitCode: 1, output: '/bin/sh: 1: curl: not found', at: 100 }];
  const judgement = judge(blankService({ health: { status: 'starting', missingTool: 'curl', log } }), ...curl);
  expect(messagesOf(judgement)).toEqual([
    'curl not found: the HEALTHCHECK calls a program that the image does not have; the last probe ended with 1 and said "/bin/sh: 1: curl: not found"',
  ]);
  expect(judgement).toMatchObject({ findings: [{ seen: 'curl -f http://localhost/ || exit 1' }] });
});

test('without HEALTHCHECK it is skipped; a container that never started tells nothing', () => {
  expect(judge(blankService(), 'NONE').status).toBe('skipped');
  expect(judge(blankService({ startError: 'no such user' }), ...curl).status).toBe('undecided');
});
