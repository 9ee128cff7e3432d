import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseIgnoreFile, type IgnoreMatcher } from '../../src/plan/dockerignore.ts';

interface Row {
  readonly name: string;
  readonly ignore: string;
  /** Files of TREE that do not reach the builder. */
  readonly gone?: readonly string[];
  readonly refused?: boolean;
}
/** Every expectation is what BuildKit's own walker and matcher (fsutil, patternmatcher 0.6.1) did with TREE. */
const rows = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/dockerignore.json'), 'utf8')) as Row[];
const TREE = [
  'README.md',
  'app/main.py',
  'app/readme.md',
  'docs/a.md',
  'docs/keep/b.md',
  'node_modules/x/index.js',
  'web/node_modules/y/index.js',
  '.git/config',
  '.env',
  '.env.example',
  'logs/today.log',
  'a.log',
];

function parse(text: string): IgnoreMatcher {
  const parsed = parseIgnoreFile(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed;
}

test.each(rows.filter((row) => row.refused !== true))('$name', ({ ignore, gone }) => {
  const matcher = parse(ignore);
  expect(TREE.filter((path) => matcher.find(path).ignored)).toEqual(gone);
});

test.each(rows.filter((row) => row.refused === true))('refused, as the build would: $name', ({ ignore }) => {
  expect(parseIgnoreFile(`ok\n${ignore}`)).toMatchObject({ line: 2 });
});

test('the pattern that decided is named with its line', () => {
  const state = parse('# docs\n\n*.md\n  !a.md  \n').find('README.md');
  expect(state.by).toMatchObject({ written: '*.md', line: 3, exception: false });
  expect(parse('*.md\n!a.md').find('a.md')).toMatchObject({ ignored: false, by: { written: '!a.md' } });
});

test.each([
  ['no exception', 'docs', 'docs', true],
  ['an exception below', 'docs\n!docs/keep', 'docs', false],
  ['an exception elsewhere', 'docs\n!app/keep', 'docs', true],
  ['an exception of everything below', 'docs\n!docs/keep/**', 'docs/keep', false],
  ['an exception with a wildcard may be anywhere', 'docs\n!**/a.md', 'docs', false],
])('a folder can be left out of the walk: %s', (_, text, folder, closed) => {
  expect(parse(text).isClosed(folder)).toBe(closed);
});

const segment = fc.stringMatching(/^[a-b*?[\]^!\\. -]{0,6}$/);
const pattern = fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));

test('no ignore file makes it throw or hang', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(pattern, fc.string()), { maxLength: 20 }), fc.string(), (lines, path) => {
      const parsed = parseIgnoreFile(lines.join('\n'));
      if (!('problem' in parsed)) parsed.find(path.replace(/^\/+/, '') || 'x');
    }),
    { numRuns: 500 },
  );
});

test('many wildcards on a long path stay quick', () => {
  const matcher = parse(`${'**/a*'.repeat(60)}\n${'*a'.repeat(200)}b\n`);
  // Processor time: what else the machine does counts for nothing.
  const started = process.cpuUsage();
  expect(matcher.find('a'.repeat(4096)).ignored).toBe(false);
  const used = process.cpuUsage(started);
  expect(used.user + used.system).toBeLessThan(2_000_000);
});

test('what is ignored without exceptions stays ignored below', () => {
  fc.assert(
    fc.property(
      fc.array(
        pattern.filter((text) => !text.trim().startsWith('!')),
        { maxLength: 6 },
      ),
      (lines) => {
        const parsed = parseIgnoreFile(lines.join('\n'));
        if ('problem' in parsed) return;
        if (parsed.find('a/b').ignored) expect(parsed.find('a/b/c').ignored).toBe(true);
      },
    ),
  );
});
