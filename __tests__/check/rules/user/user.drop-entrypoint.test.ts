import { expect, test } from '@jest/globals';
import { userDropEntrypoint } from '../../../../src/check/rules/user/user.drop-entrypoint.ts';
import type { ObservedProcess } from '../../../../src/model/facts.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { processOf } from '../../../support/runs.ts';

const as = (uid: number): NonNullable<ObservedProcess['last']> => ({
  uids: [uid, uid, uid, uid],
  gids: [uid, uid, uid, uid],
  groups: [],
});
const dropped: Partial<ObservedProcess> = { uids: [0, 0, 0, 0], rootAt: 120, last: as(1000) };

function judge(
  processes: readonly Partial<ObservedProcess>[],
  settings: unknown = { 'expect-drop-to': 1000, within: '2s' },
) {
  const facts = {
    samples: 90,
    until: 8000,
    source: 'proc' as const,
    processes: processes.map((one) => processOf(one)),
  };
  return checkRule(userDropEntrypoint, { processes: facts }, undefined, settings);
}

test('a drop in time passes, helpers that ended as root before it included', () => {
  expect(judge([dropped])).toEqual({ status: 'passed', seen: 'root until 120 ms' });
  expect(judge([dropped, { uids: [0, 0, 0, 0], rootAt: 80, last: as(0) }]).status).toBe('passed');
  expect(judge([{}])).toEqual({ status: 'passed', seen: 'never root' });
});

test.each<[string, Partial<ObservedProcess>, string]>([
  ['too late', { ...dropped, rootAt: 3000 }, 'still root or held capabilities 3.0 s after the start'],
  ['never', { ...dropped, rootAt: 7900, last: as(0) }, 'still root'],
  ['to somebody else', { ...dropped, last: as(33) }, 'runs as uid 33'],
])('a drop %s fails', (_, process, message) => {
  expect(messagesOf(judge([dropped, process]))[0]).toContain(message);
});

test('root until the very end of a short run never dropped', () => {
  const facts = {
    samples: 9,
    until: 900,
    source: 'proc' as const,
    processes: [processOf({ rootAt: 880, last: as(0) })],
  };
  const judgement = checkRule(userDropEntrypoint, { processes: facts }, undefined, { 'expect-drop-to': 1000 });
  expect(judgement.status).toBe('failed');
});

test('undeclared is skipped, unseen undecided, probes do not count', () => {
  expect(judge([dropped], {}).status).toBe('skipped');
  expect(judge([{ own: false }]).status).toBe('undecided');
});
