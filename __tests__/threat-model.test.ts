import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

const page = readFileSync('docs/threat-model.md', 'utf8');
const rows = [...page.matchAll(/^\|.*\| `([^`]+)` (.+) \|$/gm)].map(
  ([, file = '', title = '']) => [file, title] as const,
);
const claims = page.split('\n').filter((line) => line.startsWith('| ') && line.endsWith(' shown by |'));

/** `google/setup/samples` are the sample jobs, which several tests go through. */
function sourceOf(file: string): string {
  return file.endsWith('.ts') ? `__tests__/${file}` : `src/${file}.ts`;
}

describe('each claim of the threat model has its test', () => {
  test.each(rows)('%s: %s', (file, title) => {
    expect(existsSync(sourceOf(file))).toBe(true);
    expect(readFileSync(sourceOf(file), 'utf8')).toContain(title);
  });

  test('and no row of a table that promises one is without', () => {
    const promised = page.split(/^## /m).filter((section) => section.includes('shown by |'));
    const bodies = promised.flatMap((section) =>
      section
        .split('\n')
        .filter((line) => line.startsWith('| '))
        .slice(1),
    );
    expect(claims.length).toBe(promised.length);
    expect(bodies.filter((line) => !/`[^`]+` .+ \|$/.test(line))).toEqual([]);
    expect(rows.length).toBe(bodies.length);
  });
});
