import { expect, test } from '@jest/globals';
import { userRuntime } from '../../../../src/check/rules/user/user.runtime.ts';
import type { UserExpectation } from '../../../../src/model/config.ts';
import type { ObservedProcess } from '../../../../src/model/facts.ts';
import { blankImage } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { processOf } from '../../../support/runs.ts';

function judge(processes: readonly ObservedProcess[], user?: UserExpectation, source: 'proc' | 'top' = 'proc') {
  const image = blankImage(user === undefined ? {} : { user });
  return checkRule(userRuntime, { processes: { samples: 40, source, processes } }, image);
}

test('processes of one ordinary user pass, and the number of samples is told', () => {
  expect(judge([processOf(), processOf({ pid: 101 })])).toEqual({
    status: 'passed',
    seen: 'uid 1000 in 2 processes and 40 samples',
  });
});

test("the engine's list alone is enough, and what it cannot show is told", () => {
  expect(judge([processOf()], undefined, 'top')).toMatchObject({
    seen: expect.stringContaining('could not be seen') as unknown,
  });
});

test.each<[string, Partial<ObservedProcess>, string]>([
  ['root', { uids: [0, 0, 0, 0] }, 'process "python -m app" runs as root (uid 0)'],
  ['effective root', { uids: [1000, 0, 1000, 1000] }, 'process "python -m app" runs as root (uid 0)'],
  [
    'a saved uid of root',
    { uids: [1000, 1000, 0, 1000] },
    'process "python -m app" can become root again (uids: real 1000, effective 1000, saved 0, file-system 1000)',
  ],
  ['effective capabilities', { capEffective: '0000000000000400' }, 'holds capabilities'],
  ['permitted capabilities', { capPermitted: '00000000a80425fb' }, 'holds capabilities'],
  ['ambient capabilities', { capAmbient: '0000000000000400' }, 'holds capabilities'],
])('%s fails', (_, change, message) => {
  expect(messagesOf(judge([processOf({ pid: 1 }), processOf(change)]))).toEqual([expect.stringContaining(message)]);
});

test('a declared uid is the only one allowed', () => {
  expect(judge([processOf()], 1000).status).toBe('passed');
  expect(messagesOf(judge([processOf()], 1001))).toEqual(['process "python -m app" runs as uid 1000']);
});

test('root on purpose still fails and asks for a waiver', () => {
  const judgement = judge([processOf({ uids: [0, 0, 0, 0] })], 'root');
  expect(judgement).toMatchObject({
    status: 'failed',
    findings: [{ remedy: expect.stringContaining('waiver') as unknown }],
  });
});

test('probes beside the container do not count, and nothing seen is undecided', () => {
  const probe = processOf({ uids: [0, 0, 0, 0], own: false });
  expect(judge([processOf(), probe]).status).toBe('passed');
  expect(judge([probe]).status).toBe('undecided');
});
