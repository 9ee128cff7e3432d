import { expect, test } from '@jest/globals';
import { stopGraceful } from '../../../../src/check/rules/stop/stop.graceful.ts';
import type { StopObservation } from '../../../../src/model/facts.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { blankService, serviceWithout } from '../../../support/runs.ts';

const orderly: StopObservation = { elapsed: 120, grace: 10_000, exitCode: 0, oomKilled: false, signal: 'SIGTERM' };
const judge = (change: Partial<StopObservation>, settings: unknown = {}) =>
  checkRule(stopGraceful, { service: blankService({ stop: { ...orderly, ...change } }) }, undefined, settings);

test.each([0, 143])('an end with %i in time passes', (exitCode) => {
  expect(judge({ exitCode })).toEqual({ status: 'passed', seen: `120 ms, exit code ${String(exitCode)}` });
});

test.each<[string, Partial<StopObservation>, string, string]>([
  [
    'killed after the grace',
    { elapsed: 10_050, exitCode: 137 },
    'it did not end within 10.0 s of SIGTERM and had to be killed (exit code 137)',
    'exec form',
  ],
  ['exactly the grace', { elapsed: 10_000 }, 'it did not end within 10.0 s of SIGTERM', 'Handle the stop signal'],
  [
    'SIGKILL as stop signal',
    { exitCode: 137, signal: 'SIGKILL' },
    'it ended 120 ms after SIGKILL with exit code 137',
    'Remove STOPSIGNAL',
  ],
  ['an error at the end', { exitCode: 1 }, 'it ended 120 ms after SIGTERM with exit code 1', 'stop.graceful: exit'],
  ['killed for memory', { exitCode: 137, oomKilled: true }, 'it was killed for memory while it stopped', ''],
])('%s fails', (_, change, message, remedy) => {
  const judgement = judge(change);
  expect(messagesOf(judgement)).toEqual([message]);
  expect(judgement).toMatchObject({ findings: [{ remedy: expect.stringContaining(remedy) as unknown }] });
});

test('other exit codes can be declared orderly', () => {
  expect(judge({ exitCode: 130 }, { exit: [130] }).status).toBe('passed');
  expect(judge({ exitCode: 0 }, { exit: [130] }).status).toBe('failed');
});

test('a container that could not be stopped is undecided', () => {
  const service = serviceWithout('stop');
  expect(checkRule(stopGraceful, { service }).status).toBe('undecided');
  const early = checkRule(stopGraceful, { service: { ...service, exitedEarly: { exitCode: 1, after: 10 } } });
  expect(early).toMatchObject({ status: 'undecided', reason: expect.stringContaining('ended by itself') as unknown });
});
