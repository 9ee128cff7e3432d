import { expect, test } from '@jest/globals';
import { healthCadence } from '../../../../src/check/rules/health/health.cadence.ts';
import type { ImageConfig } from '../../../../src/model/config.ts';
import type { HealthObservation } from '../../../../src/model/facts.ts';
import type { ImageHealthcheck } from '../../../../src/model/image.ts';
import { blankDescription, blankRuntime, writtenImage } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { blankService, healthcheckOf } from '../../../support/runs.ts';

function judge(
  change: Partial<ImageHealthcheck>,
  firstPassAfter: number | undefined,
  image: ImageConfig = writtenImage([]),
  settings: unknown = {},
) {
  const health: HealthObservation = {
    status: 'healthy',
    log: [],
    ...(firstPassAfter === undefined ? {} : { firstPassAfter }),
  };
  const healthcheck = { ...healthcheckOf('CMD', 'x'), ...change };
  const facts = {
    image: blankDescription({ config: blankRuntime({ healthcheck }) }),
    service: blankService({ health }),
  };
  return checkRule(healthCadence, facts, image, settings);
}

test('healthy soon after ready passes', () => {
  expect(judge({ startPeriod: 40_000 }, 6000)).toEqual({
    status: 'passed',
    seen: 'ready at 6.0 s ⇒ healthy at 10.0 s',
  });
});

test.each<[string, Partial<ImageHealthcheck>, number, string]>([
  ['a missed start period', { startPeriod: 5000 }, 6000, 'ready at 6.0 s ⇒ healthy at 35.0 s'],
  ['no start period', {}, 1000, 'the first probe comes after one interval (30.0 s)'],
  ['given up too early', { interval: 1000 }, 5000, 'ready at 5.0 s, but given up at 3.0 s'],
])('%s fails', (_, change, ready, message) => {
  const [said] = messagesOf(judge(change, ready));
  expect(said).toContain(message);
});

test('the allowed wait can be set', () => {
  expect(judge({}, 1000, undefined, { wait: '30s' }).status).toBe('passed');
  expect(judge({ startPeriod: 40_000 }, 6000, undefined, { wait: '3s' }).status).toBe('failed');
});

test('every start that started-within allows must be healthy in time', () => {
  const image = writtenImage(['started-within'], { startedWithin: 10_000, healthyWithin: 20_000 });
  const judgement = judge({ startPeriod: 5000 }, 400, image);
  expect(messagesOf(judgement)[0]).toContain('a start that `started-within` allows is healthy too late');
  expect(judge({ startPeriod: 5000 }, 400, { ...image, healthyWithin: 40_000 }).status).toBe('passed');
  expect(judge({ startPeriod: 5000 }, 400, { ...image, written: new Set() }).status).toBe('passed');
});

test('without a HEALTHCHECK it is skipped, without a pass undecided', () => {
  expect(judge({}, undefined).status).toBe('undecided');
  const image = blankDescription({ config: blankRuntime({ healthcheck: healthcheckOf('CMD', 'x') }) });
  const first = blankService({ health: { status: 'healthy', healthyAfter: 700, log: [] } });
  expect(checkRule(healthCadence, { image, service: first }).status).toBe('passed');
  const none = { image: blankDescription(), service: blankService({ health: { status: 'none', log: [] } }) };
  expect(checkRule(healthCadence, none).status).toBe('skipped');
});
