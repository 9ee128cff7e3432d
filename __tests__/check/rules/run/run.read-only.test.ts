import { expect, test } from '@jest/globals';
import { runReadOnly } from '../../../../src/check/rules/run/run.read-only.ts';
import { blankImage } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { hardenedOf, trialOf } from '../../../support/runs.ts';

const failed = trialOf({ usable: false, problem: 'it ended by itself with exit code 1', log: ['boom'] });
const broken = hardenedOf({
  together: failed,
  alone: { 'read-only': failed, 'cap-drop': trialOf(), 'no-new-privileges': trialOf() },
  written: ['/app/state/db'],
});

test('usable under everything passes', () => {
  expect(checkRule(runReadOnly, { hardened: hardenedOf() })).toEqual({ status: 'passed', seen: 'usable after 1.2 s' });
});

test('the path that was written is named, and the folder to declare', () => {
  const judgement = checkRule(runReadOnly, { hardened: broken });
  expect(messagesOf(judgement)).toEqual([
    'not usable on a read-only root file system with a tmpfs at /tmp: it ended by itself with exit code 1; it writes to /app/state/db; its last output was "boom"',
  ]);
  expect(JSON.stringify(judgement)).toContain('tmpfs: [/tmp, /app/state]');
});

test('without a path the way to find it is told', () => {
  const judgement = checkRule(runReadOnly, { hardened: { ...broken, written: [] } }, blankImage({ tmpfs: [] }));
  expect(messagesOf(judgement)[0]).toContain('without a tmpfs');
  expect(JSON.stringify(judgement)).toContain('docker diff');
});

test('what another part broke does not fail this one; what is declared false is skipped', () => {
  const alone = { 'read-only': trialOf(), 'cap-drop': failed, 'no-new-privileges': trialOf() };
  expect(checkRule(runReadOnly, { hardened: { ...broken, alone } }).status).toBe('passed');
  expect(checkRule(runReadOnly, { hardened: { ...broken, flags: ['cap-drop'] } }).status).toBe('skipped');
});

test('a failure of all at once that no part explains is undecided', () => {
  const alone = { 'read-only': trialOf(), 'cap-drop': trialOf(), 'no-new-privileges': trialOf() };
  expect(checkRule(runReadOnly, { hardened: { ...broken, alone } }).status).toBe('undecided');
  expect(checkRule(runReadOnly, { hardened: { ...broken, alone: { 'cap-drop': failed } } }).status).toBe('undecided');
});
