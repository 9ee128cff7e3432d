import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRequirement } from '../../../src/check/python/requirement.ts';

test.each([
  ['requests', { name: 'requests', specifier: '', extras: [], byUrl: false }],
  ['Zope.Interface>=4,<6', { name: 'zope-interface', specifier: '>=4,<6' }],
  ['uvicorn[standard, http2] (>=0.2)', { name: 'uvicorn', specifier: '>=0.2', extras: ['standard', 'http2'] }],
  ['foo ()', { name: 'foo', specifier: '' }],
  ['a~=1.0', { name: 'a', specifier: '~=1.0' }],
  ['foo @ https://host/foo.zip;x', { name: 'foo', byUrl: true, specifier: '' }],
])('%s', (text, expected) => {
  expect(parseRequirement(text)).toMatchObject(expected);
  expect(parseRequirement(text)).not.toHaveProperty('marker');
});

test.each([
  'foo; python_version < "3"',
  'foo (>=1) ; python_version < "3"',
  'foo[bar]>=1;python_version<"3"',
  'foo @ git+https://host/r.git@main ; python_version < "3"',
])('%s has a marker', (text) => {
  expect(parseRequirement(text)?.marker).toMatchObject({ operator: '<', right: { literal: '3' } });
});

test.each(['', '-foo', 'foo bar', 'foo ; banana', 'foo ; python_version', '>=1', 'foo=1'])('%p is none', (text) => {
  expect(parseRequirement(text)).toBeUndefined();
});

test('what is put together is read back', () => {
  const name = fc.stringMatching(/^[a-z]([a-z0-9]{0,8})$/);
  const bound = fc.tuple(fc.constantFrom('>=', '<', '==', '!=', '~='), fc.nat(20), fc.nat(20));
  fc.assert(
    fc.property(
      name,
      fc.array(name, { maxLength: 3 }),
      fc.array(bound, { maxLength: 3 }),
      fc.boolean(),
      (project, extras, bounds, marked) => {
        const specifier = bounds
          .map(([operator, major, minor]) => `${operator}${String(major)}.${String(minor)}`)
          .join(',');
        const text = `${project}[${extras.join(',')}]${specifier}${marked ? '; os_name == "nt"' : ''}`;
        const read = parseRequirement(text);
        expect(read).toMatchObject({ name: project, extras, specifier, byUrl: false });
        expect(read?.marker !== undefined).toBe(marked);
      },
    ),
  );
});

test('no text makes the reader throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseRequirement(text)));
});
