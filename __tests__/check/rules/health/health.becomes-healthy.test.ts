import { expect, test } from '@jest/globals';
import { healthBecomesHealthy } from '../../../../src/check/rules/health/health.becomes-healthy.ts';
import type { ServiceFacts } from '../../../../src/model/facts.ts';
import { blankDescription, blankImage, blankRuntime } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { blankService, healthcheckOf } from '../../../support/runs.ts';

function judge(service: ServiceFacts, words = ['CMD', 'probe']) {
  const config = blankRuntime({ healthcheck: healthcheckOf(...words) });
  const image = blankImage({ healthyWithin: 40_000 });
  return checkRule(healthBecomesHealthy, { image: blankDescription({ config }), service }, image);
}

test('healthy in time passes with its time', () => {
  expect(judge(blankService())).toEqual({ status: 'passed', seen: 'healthy after 5.1 s' });
});

test.each([[['NONE']], [[]]])('without a HEALTHCHECK (%p) it is skipped', (words) => {
  expect(judge(blankService(), words).status).toBe('skipped');
});

const probe = { exitCode: 1, output: 'connection refused', at: 30_000 };
test.each<[string, Partial<ServiceFacts>, string]>([
  [
    'too late',
    { health: { status: 'healthy', healthyAfter: 41_000, log: [] } },
    'healthy only after 41.0 s, 40.0 s allowed',
  ],
  [
    'never healthy',
    { health: { status: 'unhealthy', log: [probe], stoppedBecause: 'the engine gave it up as unhealthy' } },
    'never healthy: the engine gave it up as unhealthy; the last probe ended with 1 and said "connection refused"; its last output was "listening"',
  ],
  [
    'ended by itself',
    { exitedEarly: { exitCode: 3, after: 1100 }, log: ['boom'] },
    'the container ended by itself after 1.1 s with exit code 3; its last output was "boom"',
  ],
  ['never started', { startError: 'unable to find user bob' }, 'the container never started: unable to find user bob'],
])('%s fails', (_, change, message) => {
  expect(messagesOf(judge(blankService(change)))).toEqual([message]);
});

test('a cadence that is too slow for a ready service is said in the remedy', () => {
  const health = { status: 'starting', firstPassAfter: 6000, log: [], stoppedBecause: 'time' } as const;
  expect(judge(blankService({ health }))).toMatchObject({
    findings: [{ remedy: expect.stringContaining('passed after 6.0 s: add --start-interval') as unknown }],
  });
});
