import { expect, test } from '@jest/globals';
import { forecastHealth, worstReadiness } from '../../src/check/health-schedule.ts';
import type { ImageHealthcheck } from '../../src/model/image.ts';
import { healthcheckOf } from '../support/runs.ts';

const check = (change: Partial<ImageHealthcheck>): ImageHealthcheck => ({ ...healthcheckOf('CMD', 'x'), ...change });

test.each<[string, Partial<ImageHealthcheck>, number, object]>([
  ['a start period of 5 s is just missed', { startPeriod: 5000 }, 6000, { healthyAt: 35_000 }],
  ['a start period of 40 s probes every 5 s', { startPeriod: 40_000 }, 6000, { healthyAt: 10_000 }],
  ['none at all waits for one interval', {}, 1000, { healthyAt: 30_000 }],
  ['a start interval without a start period counts for nothing', { startInterval: 100 }, 1000, { healthyAt: 30_000 }],
  ['a short start interval', { startPeriod: 60_000, startInterval: 1000 }, 6200, { healthyAt: 7000 }],
  ['ready exactly at a probe', { startPeriod: 40_000 }, 5000, { healthyAt: 5000 }],
  ['failures inside the start period do not count', { startPeriod: 40_000, retries: 1 }, 38_000, { healthyAt: 40_000 }],
  ['given up before it is ready', { interval: 1000 }, 5000, { unhealthyAt: 3000 }],
  ['an hour is too long for anybody', { interval: 3_700_000 }, 3_800_000, {}],
])('%s', (_, change, readyAt, expected) => {
  expect(forecastHealth(check(change), readyAt)).toEqual(expected);
});

test('the worst readiness is the one that just misses the last probe', () => {
  expect(worstReadiness(check({ startPeriod: 5000 }), 10_000)).toEqual({
    readyAt: 5001,
    forecast: { healthyAt: 35_000 },
  });
  expect(worstReadiness(check({}), 10_000)).toEqual({ readyAt: 0, forecast: { healthyAt: 30_000 } });
});
