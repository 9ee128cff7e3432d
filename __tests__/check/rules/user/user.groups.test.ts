import { expect, test } from '@jest/globals';
import { userGroups } from '../../../../src/check/rules/user/user.groups.ts';
import type { ObservedProcess } from '../../../../src/model/facts.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { processOf } from '../../../support/runs.ts';

const accounts = {
  group: [
    { name: 'docker', gid: 999, members: ['app'] },
    { name: 'shadow', gid: 42, members: [] },
    { name: 'app', gid: 1000, members: [] },
  ],
};
const judge = (change: Partial<ObservedProcess>, settings: unknown = {}, source: 'proc' | 'top' = 'proc') =>
  checkRule(
    userGroups,
    { accounts, processes: { samples: 5, source, processes: [processOf(change)] } },
    undefined,
    settings,
  );

test('a group of its own passes', () => {
  expect(judge({})).toEqual({ status: 'passed', seen: 'gid 1000' });
});

test.each<[string, Partial<ObservedProcess>, string, string]>([
  [
    'gid 0 by a uid without an entry',
    { gids: [0, 0, 0, 0], groups: [0] },
    'is in the group root (gid 0)',
    'USER 10001:10001',
  ],
  [
    'docker from /etc/group',
    { groups: [999, 1000] },
    'docker (gid 999) as a supplementary one',
    'gpasswd -d USER docker',
  ],
  ['a saved gid', { gids: [1000, 1000, 42, 1000] }, 'shadow (gid 42)', 'gpasswd'],
])('%s fails', (_, change, message, remedy) => {
  const judgement = judge(change);
  expect(messagesOf(judgement)[0]).toContain(message);
  expect(JSON.stringify(judgement)).toContain(remedy);
});

test('groups can be allowed by number or name', () => {
  expect(judge({ gids: [0, 0, 0, 0] }, { allow: [0] }).status).toBe('passed');
  expect(judge({ groups: [999] }, { allow: ['docker'] }).status).toBe('passed');
  expect(judge({ groups: [0, 999] }, { allow: ['docker'] }).status).toBe('failed');
});

test('root is left to user.runtime, probes do not count, and a process list without groups is undecided', () => {
  expect(judge({ uids: [0, 0, 0, 0], gids: [0, 0, 0, 0] }).status).toBe('skipped');
  expect(judge({ own: false, groups: [0] }).status).toBe('skipped');
  expect(judge({ gids: [-1, -1, -1, -1] }, {}, 'top').status).toBe('undecided');
});

test('a gid nobody names is no powerful group', () => {
  expect(
    checkRule(userGroups, {
      accounts: {},
      processes: { samples: 1, source: 'proc', processes: [processOf({ groups: [999] })] },
    }).status,
  ).toBe('passed');
});
