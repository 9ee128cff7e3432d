import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { eventRows } from './support/github/payloads.ts';

const section = readFileSync('docs/workflow.md', 'utf8').split('## Where it is shown')[1] ?? '';
const rows = [...section.matchAll(/^\|.*\| `([^`]+)` (.+) \|$/gm)].map(
  ([, file = '', words = '']) => [file, words] as const,
);

test.each(rows)('what the page says is shown by %s: %s', (file, words) => {
  expect(existsSync(`__tests__/${file}`)).toBe(true);
  expect(readFileSync(`__tests__/${file}`, 'utf8')).toContain(words);
});

test('every row of the table has its test, and every event that we have a payload of is run', () => {
  expect(rows.length).toBe(section.split('\n').filter((line) => line.startsWith('| ')).length - 1);
  const shown = readFileSync('__tests__/integration/event-rows.test.ts', 'utf8');
  const missing = eventRows().filter((row) => row !== 'workflow run' && !shown.includes(`['${row}', `));
  expect(missing).toEqual([]);
});
