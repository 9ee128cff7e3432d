import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { activeRules, isTurnedOff, levelOf } from '../../src/check/policy.ts';
import type { AnyRule } from '../../src/check/rule.ts';
import type { RuleEntry, RuleLevel } from '../../src/model/config.ts';
import { blankConfig, blankImage, writtenImage } from '../support/blank.ts';

function ruleOf(change: Partial<AnyRule>): AnyRule {
  return {
    id: 'demo.rule',
    title: 'A demonstration',
    severity: 'error',
    keys: ['size.wasted'],
    kinds: ['service', 'job'],
    needs: [],
    settings: z.strictObject({}),
    check: () => ({ status: 'passed' }),
    ...change,
  };
}

function configOf(level: RuleLevel | 'bare' | undefined, informational = false) {
  if (level === undefined) return blankConfig({ informational });
  const entry: RuleEntry = { settings: {}, place: { file: 'slipway.yml' }, ...(level === 'bare' ? {} : { level }) };
  return blankConfig({ informational, rules: { 'demo.rule': entry } });
}

const always = { always: true };
test.each<[string, Partial<AnyRule>, boolean, RuleLevel | 'bare' | undefined, RuleLevel]>([
  ['nothing written warns', {}, false, undefined, 'warning'],
  ['nothing written, W, warns', { severity: 'warning' }, false, undefined, 'warning'],
  ['nothing written, O, is off', { severity: 'off' }, false, undefined, 'off'],
  ['a written key is an error', {}, true, undefined, 'error'],
  ['a written key is an error for W', { severity: 'warning' }, true, undefined, 'error'],
  ['a written key is an error for O', { severity: 'off' }, true, undefined, 'error'],
  ['a written key wins over warn', {}, true, 'warning', 'error'],
  ['off wins over a written key', {}, true, 'off', 'off'],
  ['a bare entry gives E', {}, false, 'bare', 'error'],
  ['a bare entry gives W', { severity: 'warning' }, false, 'bare', 'warning'],
  ['a bare entry asks for O', { severity: 'off' }, false, 'bare', 'warning'],
  ['an entry lowers', {}, false, 'warning', 'warning'],
  ['an entry raises', { severity: 'warning' }, false, 'error', 'error'],
  ['an entry raises O', { severity: 'off' }, false, 'error', 'error'],
  ['always is an error unwritten', always, false, undefined, 'error'],
  ['always is not lowered', always, false, 'warning', 'error'],
  ['always is not turned off', always, false, 'off', 'error'],
])('%s', (_, change, written, level, expected) => {
  const image = written ? writtenImage(['size.wasted']) : writtenImage(['size']);
  expect(levelOf(ruleOf(change), image, configOf(level))).toBe(expected);
});

test('a rule for another kind of image does not apply, whatever is written', () => {
  const rule = ruleOf({ kinds: ['service'], always: true });
  expect(levelOf(rule, blankImage({ kind: 'job' }), configOf('error'))).toBeUndefined();
  expect(levelOf(rule, blankImage({ kind: 'service' }), configOf(undefined))).toBe('error');
});

test('informational turns every error into a warning and nothing else', () => {
  expect(levelOf(ruleOf(always), blankImage(), configOf(undefined, true))).toBe('warning');
  expect(levelOf(ruleOf({ severity: 'off' }), blankImage(), configOf(undefined, true))).toBe('off');
});

test('turned off is told apart from off by default', () => {
  expect(isTurnedOff(ruleOf({ severity: 'off' }), configOf(undefined))).toBe(false);
  expect(isTurnedOff(ruleOf({}), configOf('off'))).toBe(true);
});

test('active rules are those that apply and are not off', () => {
  const rules = [ruleOf({ id: 'a' }), ruleOf({ id: 'b', severity: 'off' }), ruleOf({ id: 'c', kinds: ['job'] })];
  expect(activeRules(rules, blankImage(), blankConfig()).map((rule) => rule.id)).toEqual(['a']);
});
