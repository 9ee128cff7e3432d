import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isInSpecifier, normalizeName } from '../../../src/check/python/version.ts';

test.each([
  ['1.0', '', true],
  ['1.0', '>=0.9,', true],
  ['1.0', '>= 1.0 , != 1.1', true],
  ['2.1.0+cpu', '==2.1.0', true],
  ['2.1.0+cpu', '<=2.1.0', true],
  ['2.0rc1', '>=1.0', true],
  ['2.0rc1', '<2.0', false],
  ['1.0.post1', '>1.0', false],
  ['1!1.0', '>=2.0', true],
  ['1.4.2', '==1.4.*', true],
  ['3.0', '~=2.2', false],
  ['2.5', '~=2.2', true],
  ['2.2.post1', '~=2.2.0', true],
  ['1', '~=1', undefined],
  // What the library answers otherwise than pip.
  ['2', '==2.0.*', true],
  ['2', '!=2.0.*', false],
  ['2', '<1!2', true],
  ['2.post2', '>2.0.0.post1', true],
  ['11rc1', '>11.dev0', true],
  ['1.0+cpu', '>1.0', false],
  ['1.0', '>=1.0rc1.*', undefined],
  ['1.0rc1', '==1.0rc1.*', undefined],
  ['not-a-version', '===not-a-version', true],
  ['1.0', '>=1.0.*', undefined],
  ['not-a-version', '>=1.0', undefined],
  ['20231201123456', '>1.0', true],
  ['1111111111111111111111', '>1.0', undefined],
  ['1.0', '<1111111111111111111111', undefined],
  ['1.0', 'banana', undefined],
])('%s in "%s": %s', (version, specifier, expected) => {
  expect(isInSpecifier(version, specifier)).toBe(expected);
});

const release = fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));

test('every version lies in its own bounds, and on one side of every other', () => {
  fc.assert(
    fc.property(release, release, (one, other) => {
      const isSame = isInSpecifier(one, `==${other}`) === true;
      const isBefore = isInSpecifier(one, `<${other}`) === true;
      const isBehind = isInSpecifier(one, `>${other}`) === true;
      expect([isSame, isBefore, isBehind].filter(Boolean)).toHaveLength(1);
      expect(isInSpecifier(one, `>=${other}`)).toBe(!isBefore);
      expect(isInSpecifier(one, `<=${other}`)).toBe(!isBehind);
      expect(isInSpecifier(one, `!=${other}`)).toBe(!isSame);
      expect(isInSpecifier(`${one}.7`, `==${one}.*`)).toBe(true);
      expect(isInSpecifier(`${one}.7`, `~=${one}.0`)).toBe(true);
    }),
  );
});

test('no digits are too many', () => {
  const digits = fc.stringMatching(/^[0-9.!a+]{0,60}$/);
  fc.assert(
    fc.property(digits, digits, fc.constantFrom('==', '<', '>', '~=', '>=', '!='), (one, other, operator) => {
      isInSpecifier(one, `${operator}${other}`);
    }),
  );
});

test('names are compared as an index does', () => {
  expect(normalizeName('Zope._-Interface')).toBe('zope-interface');
});
