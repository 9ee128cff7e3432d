import { describe, expect, test } from '@jest/globals';
import { cleanLine, cutText, makeMask } from '../../src/build/text.ts';

test.each([
  ['plain text', 'plain text', 'plain text'],
  ['a tab', 'a\tb', 'a\tb'],
  ['a Windows line end', 'text\r', 'text'],
  ['a progress bar', ' 10%\r 50%\r100%', '100%'],
  ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
  ['an unfinished escape', 'a\u001b[12', 'a[12'],
  ['a bell and a zero', 'a\u0007b\u0000c', 'abc'],
  ['reordering of the text', 'a\u202eb\u2066c', 'abc'],
])('%s', (_name, line, expected) => {
  expect(cleanLine(line)).toBe(expected);
});

test('a megabyte of escapes that never end cost less than a second', () => {
  const started = performance.now();
  cleanLine('\u001b[0'.repeat(300_000));
  cleanLine(`\u001b[${'0'.repeat(1_000_000)}`);
  expect(performance.now() - started).toBeLessThan(1000);
});

test.each([
  ['abcdef', 6, 'abcdef'],
  ['abcdef', 4, 'abc…'],
  ['abcdef', 0, ''],
  ['ab😀cd', 4, 'ab…'],
])('%s in %i characters: %s', (text, width, expected) => {
  expect(cutText(text, width)).toBe(expected);
});

describe('masking', () => {
  const mask = makeMask(['hunter22', 'first line\nsecond line\n', 'abc', 'hunter2234']);
  test.each([
    ['user hunter22!', 'user ***!'],
    ['the longer one: hunter2234', 'the longer one: ***'],
    ['one of several lines: second line', 'one of several lines: ***'],
    ['too short to be told from other text: abc', 'too short to be told from other text: abc'],
  ])('%s', (text, expected) => {
    expect(mask(text)).toBe(expected);
  });
});
