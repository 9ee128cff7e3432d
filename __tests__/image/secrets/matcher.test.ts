import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeMatcher } from '../../../src/image/secrets/matcher.ts';

function findAll(needles: readonly string[], text: string, from = 0, to = text.length): string[] {
  const found: string[] = [];
  makeMatcher(needles.map((needle) => Buffer.from(needle, 'latin1')))(
    Buffer.from(text, 'latin1'),
    from,
    to,
    (needle, at) => {
      found.push(`${String(at)} ${needles[needle] ?? ''}`);
    },
  );
  return found.sort();
}

function findSlowly(needles: readonly string[], text: string, from = 0, to = text.length): string[] {
  const found: string[] = [];
  for (const needle of needles) {
    for (let at = text.indexOf(needle, from); at >= 0 && at < to; at = text.indexOf(needle, at + 1)) {
      found.push(`${String(at)} ${needle}`);
    }
  }
  return found.sort();
}

test.each<[readonly string[], string]>([
  [['abc'], 'xxabcabc'],
  [['ab', 'abcdef'], 'abcdefab'],
  [['aa'], 'aaaa'],
  [['://', 'AKIA'], 'http://AKIA'],
  [['x'.repeat(300)], `a${'x'.repeat(300)}`],
  [[], 'abc'],
])('finds every occurrence of %j', (needles, text) => {
  expect(findAll(needles, text)).toEqual(findSlowly(needles, text));
});

test('finds what a plain search finds, whatever the needles', () => {
  const letters = fc.stringMatching(/^[abAB_]*$/);
  const needle = fc.stringMatching(/^[abAB_]{2,9}$/);
  fc.assert(
    fc.property(
      fc.uniqueArray(needle, { maxLength: 8 }),
      letters,
      fc.nat(20),
      fc.nat(60),
      (needles, text, from, length) => {
        expect(findAll(needles, text, from, from + length)).toEqual(findSlowly(needles, text, from, from + length));
      },
    ),
    { numRuns: 500 },
  );
});
