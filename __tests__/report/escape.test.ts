import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  toCodeBlock,
  toCommandData,
  toCommandProperty,
  toLine,
  toMarkdown,
  toPrintable,
} from '../../src/report/escape.ts';
import { decodeEntities, GITHUB_REFERENCE } from '../support/github-references.ts';

describe('toPrintable', () => {
  test.each([
    ['plain text stays', 'größe 5\tx', 'größe 5\tx'],
    ['terminal sequences are shown, not obeyed', '\u001b[2Jgone', '\\x1b[2Jgone'],
    ['bidirectional overrides are shown', 'a\u202eb', 'a\\x202eb'],
    ['a lone carriage return cannot overwrite a line', 'ok\rbad', 'ok\\x0dbad'],
    ['Windows line ends are line ends', 'a\r\nb', 'a\nb'],
  ])('%s', (_name, text, expected) => {
    expect(toPrintable(text)).toBe(expected);
  });
});

test('a line has no line end and says where it was cut', () => {
  expect(toLine('a\nb')).toBe('a ⏎ b');
  expect(toLine('x'.repeat(20), 10)).toBe(`${'x'.repeat(9)}…`);
});

describe('toMarkdown', () => {
  test('leaves nothing a markdown or HTML parser would act on', () => {
    fc.assert(fc.property(fc.string(), (text) => !/[<>`*_[\]|@\\\n]/.test(toMarkdown(text).replace(/&[#\w]+;/g, ''))));
  });
  test.each([
    ['a mention', '(@everyone', '&#40;&#64;\u200beveryone'],
    ['an issue', 'o/r#12, GH-12', 'o/r&#35;\u200b12, GH&#45;\u200b12'],
    ['an address', 'www.example.com', 'www\u200b.example.com'],
    ['a link', '[x](http://y)', '&#91;x&#93;&#40;http&#58;//y&#41;'],
    ['HTML', '<script>', '&lt;script&gt;'],
    ['a table break', 'a|b', 'a&#124;b'],
  ])('defuses %s', (_name, text, expected) => {
    expect(toMarkdown(text)).toBe(expected);
  });
});

test('a code block cannot be closed from inside', () => {
  const block = toCodeBlock('a\n```\n# out\n````');
  const [fence] = block.split('text');
  expect(fence).toBe('`````');
  expect(block.endsWith(`\n${fence ?? ''}`)).toBe(true);
});

test('what GitHub looks for in what the markdown became is not there; what can be copied can still be copied', () => {
  const parts = fc.constantFrom('@', '#', '1', 'team', ' ', '-', '_', '/', 'GH-', 'www.', '&#64;', '\u200b', '.');
  fc.assert(
    fc.property(
      fc.array(parts).map((all) => all.join('')),
      (text) => {
        expect(decodeEntities(toMarkdown(text))).not.toMatch(GITHUB_REFERENCE);
      },
    ),
  );
  const reference = `registry.example.com/team/api@sha256:${'1'.repeat(64)}`;
  expect(decodeEntities(toMarkdown(reference))).toBe(reference);
});

describe('workflow commands', () => {
  test('data is always one line', () => {
    fc.assert(fc.property(fc.string(), (text) => !/[\r\n]/.test(toCommandData(text))));
  });
  test('a property cannot end itself or start another', () => {
    fc.assert(fc.property(fc.string(), (text) => !/[\r\n:,]/.test(toCommandProperty(text))));
  });
  test('a percent sign survives', () => {
    expect(toCommandData('100%\n::error::x')).toBe('100%25%0A::error::x');
  });
});
