import { expect, test } from '@jest/globals';
import { healthStable } from '../../../../src/check/rules/health/health.stable.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { blankService } from '../../../support/runs.ts';

test('a test that keeps passing is stable', () => {
  expect(checkRule(healthStable, { service: blankService() })).toEqual({ status: 'passed', seen: '9 probes passed' });
});

test('one failure after healthy is flapping', () => {
  const stability = { probes: 6, failures: [{ exitCode: 1, output: 'busy', at: 9000 }] };
  const service = blankService({ health: { status: 'healthy', healthyAfter: 5000, log: [], stability } });
  expect(messagesOf(checkRule(healthStable, { service }))).toEqual([
    'after healthy the test failed 1 times in 6 probes, first 9.0 s after the start; the last probe ended with 1 and said "busy"',
  ]);
});

test('a container that ends while it is watched is not stable', () => {
  const service = blankService({ exitedEarly: { exitCode: 1, after: 7000 } });
  expect(messagesOf(checkRule(healthStable, { service }))[0]).toContain('ended by itself after 7.0 s');
});

test('without HEALTHCHECK it is skipped, without health undecided', () => {
  const none = blankService({ health: { status: 'none', log: [] } });
  expect(checkRule(healthStable, { service: none }).status).toBe('skipped');
  const starting = blankService({ health: { status: 'starting', log: [] } });
  expect(checkRule(healthStable, { service: starting }).status).toBe('undecided');
  const never = blankService({ health: { status: 'none', log: [] }, startError: 'no such file' });
  expect(checkRule(healthStable, { service: never }).status).toBe('undecided');
});
