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
    ['a mention', '@everyone', '&#64;everyone'],
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
