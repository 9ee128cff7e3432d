import { expect, test } from '@jest/globals';
import { runNoNewPrivileges } from '../../../../src/check/rules/run/run.no-new-privileges.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { hardenedOf, trialOf } from '../../../support/runs.ts';

const failed = trialOf({ usable: false, problem: 'it ended by itself with exit code 1' });

test('usable under everything passes', () => {
  expect(checkRule(runNoNewPrivileges, { hardened: hardenedOf() }).status).toBe('passed');
});

test('a service that needs what is taken away fails', () => {
  const hardened = hardenedOf({ together: failed, alone: { 'no-new-privileges': failed } });
  expect(messagesOf(checkRule(runNoNewPrivileges, { hardened }))).toEqual([
    'not usable under no-new-privileges: it ended by itself with exit code 1; it printed nothing',
  ]);
});

test('what another part broke does not fail this one; what is declared false is skipped', () => {
  const hardened = hardenedOf({ together: failed, alone: { 'read-only': failed, 'no-new-privileges': trialOf() } });
  expect(checkRule(runNoNewPrivileges, { hardened }).status).toBe('passed');
  expect(checkRule(runNoNewPrivileges, { hardened: { ...hardened, flags: ['read-only'] } }).status).toBe('skipped');
});
