import { expect, test } from '@jest/globals';
import { stopUnderLoad } from '../../../../src/check/rules/stop/stop.under-load.ts';
import type { LoadFacts } from '../../../../src/model/facts.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

const stop = { elapsed: 900, grace: 10_000, exitCode: 0, oomKilled: false, signal: 'SIGTERM' };
const judge = (change: Partial<LoadFacts>) =>
  checkRule(stopUnderLoad, { load: { path: '/slow', requests: 12, inFlight: 8, lost: [], stop, ...change } });

test('all answered passes with the numbers', () => {
  expect(judge({})).toEqual({ status: 'passed', seen: '8 requests under way, 0 lost of 12, stopped after 900 ms' });
});

test('lost ones fail, each reason once', () => {
  const lost = ['socket hang up after 500 ms', 'socket hang up after 500 ms', 'status 502'];
  expect(messagesOf(judge({ lost }))).toEqual([
    'stopped in the middle of 8 requests to /slow, it lost 3: socket hang up after 500 ms; status 502',
  ]);
});

test.each([{ path: 'slow' }, { requests: 0 }, { requests: 65 }])('%j is refused', (settings) => {
  expect(stopUnderLoad.settings.safeParse(settings).success).toBe(false);
});
