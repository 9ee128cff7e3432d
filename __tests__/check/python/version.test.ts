import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareVersions, isInSpecifier, normalizeName } from '../../../src/check/python/version.ts';

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
  ['not-a-version', '===not-a-version', true],
  ['1.0', '>=1.0.*', undefined],
  ['not-a-version', '>=1.0', undefined],
  ['1.0', 'banana', undefined],
])('%s in "%s": %s', (version, specifier, expected) => {
  expect(isInSpecifier(version, specifier)).toBe(expected);
});

const release = fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));

test('the order is total, and every version lies in its own bounds', () => {
  fc.assert(
    fc.property(release, release, (one, other) => {
      const order = compareVersions(one, other) ?? NaN;
      expect(compareVersions(other, one) ?? NaN).toBe(order === 0 ? 0 : -order);
      expect(isInSpecifier(one, `>=${other}`)).toBe(order >= 0);
      expect(isInSpecifier(one, `<${other}`)).toBe(order < 0);
    }),
  );
  expect(compareVersions('1', 'one')).toBeUndefined();
});

test('names are compared as an index does', () => {
  expect(normalizeName('Zope._-Interface')).toBe('zope-interface');
});
