import { expect, test } from '@jest/globals';
import { startupTime } from '../../../../src/check/rules/startup/startup.time.ts';
import type { ServiceFacts } from '../../../../src/model/facts.ts';
import { writtenImage } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { blankService, serviceWithout } from '../../../support/runs.ts';

const image = writtenImage(['started-within'], { startedWithin: 10_000 });
const judge = (change: Partial<ServiceFacts>) => checkRule(startupTime, { service: blankService(change) }, image);
const slow = { after: 12_000, by: 'http' } as const;

test('in time passes, at the limit too', () => {
  expect(judge({})).toEqual({ status: 'passed', seen: '400 ms (by health)' });
  expect(judge({ firstSuccess: { after: 10_000, by: 'port' } }).status).toBe('passed');
});

test('one of two starts in time is enough, and both are told', () => {
  expect(judge({ firstSuccess: slow, secondStart: { after: 9000 } })).toEqual({
    status: 'passed',
    seen: '12.0 s (by http), second start 9.0 s',
  });
});

test('two slow starts fail with both times', () => {
  const judgement = judge({ firstSuccess: slow, secondStart: {} });
  expect(messagesOf(judgement)).toEqual(['usable only after 12.0 s, 10.0 s allowed, and a second start was no faster']);
  expect(judgement).toMatchObject({
    findings: [{ seen: '12.0 s (by http), second start not in time', allowed: '10.0 s' }],
  });
});

test('never usable and never started fail', () => {
  const never = serviceWithout('firstSuccess');
  expect(messagesOf(checkRule(startupTime, { service: never }, image))).toEqual([
    'never usable; its last output was "listening"',
  ]);
  const broken = { ...never, startError: 'exec format error' };
  expect(messagesOf(checkRule(startupTime, { service: broken }, image))).toEqual([
    'the container never started: exec format error',
  ]);
});

test('without a declared time it is only reported', () => {
  expect(checkRule(startupTime, { service: blankService() })).toEqual({ status: 'passed', seen: '400 ms (by health)' });
  const never = serviceWithout('firstSuccess');
  expect(checkRule(startupTime, { service: never }).status).toBe('skipped');
});
