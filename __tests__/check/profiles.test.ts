import { expect, test } from '@jest/globals';
import { levelOf } from '../../src/check/policy.ts';
import { renderProfilePage } from '../../src/check/profile-page.ts';
import { settingsOf } from '../../src/check/rule-settings.ts';
import { RULES } from '../../src/check/rules/index.ts';
import type { AnyRule } from '../../src/check/rule.ts';
import type { RuleEntry } from '../../src/model/config.ts';
import { PROFILES } from '../../src/model/profiles.ts';
import { blankConfig, blankImage, writtenImage } from '../support/blank.ts';

function ruleNamed(id: string): AnyRule {
  const rule = RULES.find((entry) => entry.id === id);
  if (rule === undefined) throw new Error(`no rule ${id}`);
  return rule;
}
const entries = PROFILES.flatMap((profile) => profile.rules.map((entry) => ({ profile: profile.name, ...entry })));

test.each(entries)('$profile names $rule, which exists, takes its settings and is not an always-error', (entry) => {
  const rule = ruleNamed(entry.rule);
  expect(rule.always).not.toBe(true);
  expect(rule.settings.safeParse(entry.settings ?? {}).success).toBe(true);
  expect(entry.source).toMatch(/^https:\/\/[^\s]+$/);
  expect(entry.why).toMatch(/\.$/);
});

test.each(PROFILES)('$name says each default in words', ({ defaults, defaultRows, rules }) => {
  expect(defaultRows).toHaveLength(Object.keys(defaults).length);
  expect(new Set(rules.map(({ rule }) => rule)).size).toBe(rules.length);
});

const place = { file: 'slipway.yml' };
const withRules = (rules: Readonly<Record<string, RuleEntry>>) => blankConfig({ rules });

test('a profile gives its level, an entry and a key win over it', () => {
  const numeric = ruleNamed('user.numeric');
  const kubernetes = blankImage({ profile: 'kubernetes' });
  expect(levelOf(numeric, blankImage(), blankConfig())).toBe('warning');
  expect(levelOf(numeric, kubernetes, blankConfig())).toBe('error');
  expect(levelOf(numeric, kubernetes, withRules({ 'user.numeric': { level: 'warning', settings: {}, place } }))).toBe(
    'warning',
  );
  expect(levelOf(numeric, kubernetes, withRules({ 'user.numeric': { settings: {}, place } }))).toBe('error');
  expect(levelOf(numeric, kubernetes, blankConfig({ informational: true }))).toBe('warning');
});

test('what a platform ignores is off until somebody asks for it', () => {
  const defined = ruleNamed('health.defined');
  const change = { profile: 'cloud-run' } as const;
  expect(levelOf(defined, blankImage(change), blankConfig())).toBe('off');
  expect(levelOf(defined, blankImage(change), withRules({ 'health.defined': { settings: {}, place } }))).toBe('error');
  expect(levelOf(defined, writtenImage(['healthy-within'], change), blankConfig())).toBe('error');
});

test('settings of a profile lie under those of the entry', () => {
  const groups = ruleNamed('user.groups');
  const openshift = blankImage({ profile: 'openshift' });
  expect(settingsOf(groups, blankImage(), blankConfig())).toEqual({});
  expect(settingsOf(groups, openshift, blankConfig())).toEqual({ allow: [0] });
  expect(settingsOf(groups, openshift, withRules({ 'user.groups': { settings: {}, place } }))).toEqual({ allow: [0] });
  expect(settingsOf(groups, openshift, withRules({ 'user.groups': { settings: { allow: [7] }, place } }))).toEqual({
    allow: [7],
  });
});

test('the page holds every profile with its sources', () => {
  const page = renderProfilePage(RULES);
  for (const { name } of PROFILES) expect(page).toContain(`\n## ${name}\n`);
  expect(page).toContain('| [user.groups](rules/user.groups.md) | warning (allow: [0]) |');
  expect(page).not.toContain('unknown');
});
