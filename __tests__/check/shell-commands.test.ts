import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readShellCommands, splitCommands } from '../../src/check/shell-commands.ts';
import { dockerfileFacts } from '../support/dockerfile-facts.ts';
import { makeFolder } from '../support/folder.ts';

function split(text: string) {
  return splitCommands(text.split('\n').map((line, index) => ({ line: index + 1, text: `${line}\n` })));
}

test('commands end at separators, words keep their lines, quotes hold', () => {
  const commands = split('a "b ; c" && d\n(e | f) & g\\ h\n');
  expect(commands.map(({ words }) => words.map(({ text, line }) => `${text}@${String(line)}`))).toEqual([
    ['a@1', '"b ; c"@1'],
    ['d@1'],
    ['e@2'],
    ['f@2'],
    ['g\\ h@2'],
  ]);
});

test.each([
  ['a >b', [['>', 'b', false]]],
  [
    'a>b 2>&1',
    [
      ['>', 'b', true],
      ['>&', '1', false],
    ],
  ],
  [
    'a <<<b >>c',
    [
      ['<<<', 'b', false],
      ['>>', 'c', false],
    ],
  ],
  ['a "x>y" z\\>w', []],
  ['# a >b', []],
])('redirections of %s', (text, expected) => {
  const found = split(text).flatMap(({ redirections }) => redirections);
  expect(found.map(({ operator, target, glued }) => [operator, target, glued])).toEqual(expected);
});

/** What a real shell makes of a line, with a pip that only tells its arguments. */
async function runShell(line: string): Promise<{ readonly files: readonly string[] }> {
  const folder = await makeFolder({ '2': '' });
  execFileSync('/bin/sh', ['-c', `pip() { echo "$@"; }\n${line}`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return { files: (await readdir(join(folder))).filter((name) => name !== '2') };
}

test.each([
  'pip install scanpy>=1.9.6',
  'pip install a >=1 b>2.0',
  'pip install uvicorn[standard]>=0.27 c',
  'pip install a>=1,<2',
  'pip install "a>=1" b\\>=2 \'c>3\'',
  'pip install a > log 2>&1',
  'pip list | pip install d>=4; echo "x>y"',
])('a real shell writes the very files that are named: %s', async (line) => {
  const named = split(line)
    .flatMap(({ redirections }) => redirections)
    .filter(({ operator }) => operator === '>')
    .map(({ target }) => target);
  const { files } = await runShell(line);
  expect(named.toSorted()).toEqual(files.toSorted());
});

test('no script makes it throw, and every word comes from the text', () => {
  const part = fc.constantFrom(
    'pip',
    ' ',
    'a',
    '>',
    '>=',
    '<',
    '<<',
    '"',
    "'",
    '\\',
    '#',
    '$(',
    ')',
    '`',
    ';',
    '&&',
    '\n',
    '[',
    '2>&1',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(part, { maxLength: 40 }).map((parts) => parts.join('')),
        fc.string(),
      ),
      (text) => {
        for (const { words } of split(text)) for (const word of words) expect(text).toContain(word.text.trim());
      },
    ),
    { numRuns: 500 },
  );
});

test('long instructions are read at once', () => {
  const text = `FROM a\nRUN ${'a>b "c" \\\n'.repeat(25_000)}d`;
  const facts = dockerfileFacts(text);
  const started = performance.now();
  expect(facts.instructions.flatMap((instruction) => readShellCommands(instruction))).toHaveLength(1);
  expect(performance.now() - started).toBeLessThan(2000);
});
