import { expect, test } from '@jest/globals';
import { runCapDropAll } from '../../../../src/check/rules/run/run.cap-drop-all.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { hardenedOf, trialOf } from '../../../support/runs.ts';

const failed = trialOf({ usable: false, problem: 'it ended by itself with exit code 1' });

test('usable under everything passes', () => {
  expect(checkRule(runCapDropAll, { hardened: hardenedOf() }).status).toBe('passed');
});

test('a service that needs what is taken away fails', () => {
  const hardened = hardenedOf({ together: failed, alone: { 'cap-drop': failed } });
  expect(messagesOf(checkRule(runCapDropAll, { hardened }))).toEqual([
    'not usable with all capabilities dropped: it ended by itself with exit code 1; it printed nothing',
  ]);
});

test('what another part broke does not fail this one; what is declared false is skipped', () => {
  const hardened = hardenedOf({ together: failed, alone: { 'read-only': failed, 'cap-drop': trialOf() } });
  expect(checkRule(runCapDropAll, { hardened }).status).toBe('passed');
  expect(checkRule(runCapDropAll, { hardened: { ...hardened, flags: ['read-only'] } }).status).toBe('skipped');
});
