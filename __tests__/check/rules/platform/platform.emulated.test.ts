import { expect, test } from '@jest/globals';
import { platformEmulated } from '../../../../src/check/rules/platform/platform.emulated.ts';
import { writtenImage } from '../../../support/blank.ts';
import { feasibilityFacts } from '../../../support/dockerfile-facts.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

test('each emulated platform is a finding at `platforms`', () => {
  const feasibility = feasibilityFacts({ emulated: ['linux/arm64'] });
  const judgement = checkRule(platformEmulated, { feasibility }, writtenImage(['platforms']));
  expect(messagesOf(judgement)).toEqual([
    "linux/arm64 is not this engine's platform: its build is emulated and several times slower",
  ]);
  expect(judgement).toMatchObject({ findings: [{ place: { file: 'slipway.yml', line: 2 } }] });
});

test('the engine’s own platform passes', () => {
  expect(checkRule(platformEmulated, { feasibility: feasibilityFacts() }).status).toBe('passed');
});
