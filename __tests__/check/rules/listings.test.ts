import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { RULES, ruleTable } from '../../../src/check/rules/index.ts';

const root = join(import.meta.dirname, '../../..');
const ids = RULES.map((rule) => rule.id).toSorted();

async function listIds(folder: string, suffix: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true });
  return entries
    .filter((entry) => entry.endsWith(suffix))
    .map((entry) => basename(entry, suffix))
    .toSorted();
}

test('ids are unique', () => {
  expect(new Set(ids).size).toBe(ids.length);
});

test('every rule file is listed and every listed rule has its file', async () => {
  const files = await listIds('src/check/rules', '.ts');
  expect(files.filter((name) => name !== 'index')).toEqual(ids);
});

test('every rule has a test of its name', async () => {
  const tests = await listIds('__tests__/check/rules', '.test.ts');
  expect(tests.filter((name) => name !== 'listings')).toEqual(ids);
});

test('every rule has a page of its name', async () => {
  const pages = await listIds('docs/rules', '.md');
  expect(pages.filter((name) => name !== 'README')).toEqual(ids);
});

test.each(ids)('the page of %s has every part', async (id) => {
  const page = await readFile(join(root, 'docs/rules', `${id}.md`), 'utf8');
  expect(page.startsWith(`# ${id}\n`)).toBe(true);
  for (const part of ['## Why', '## What is checked', '## Settings', '## What to do', '## Before and after']) {
    expect(page).toContain(`\n${part}\n`);
  }
});

test.each(RULES.map((rule) => ({ rule })))(
  '$rule.id stands in the folder of its group and takes default settings',
  async ({ rule }) => {
    const group = rule.id.split('.')[0] ?? '';
    expect(await readdir(join(root, 'src/check/rules', group))).toContain(`${rule.id}.ts`);
    expect(rule.settings.safeParse({}).success).toBe(true);
    expect(rule.settings.safeParse({ 'no-such-setting': 1 }).success).toBe(false);
  },
);

test('the table for the config parser holds every rule', () => {
  expect(Object.keys(ruleTable()).toSorted()).toEqual(ids);
});
