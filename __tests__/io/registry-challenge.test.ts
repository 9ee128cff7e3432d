import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseChallenges } from '../../src/io/registry-challenge.ts';

test.each([
  ['', []],
  ['Basic', [{ scheme: 'basic', parameters: {} }]],
  ['Basic realm="a b, c"', [{ scheme: 'basic', parameters: { realm: 'a b, c' } }]],
  [
    'Bearer realm="https://auth.example.com/token",service="registry",scope="repository:a/b:pull,push"',
    [
      {
        scheme: 'bearer',
        parameters: { realm: 'https://auth.example.com/token', service: 'registry', scope: 'repository:a/b:pull,push' },
      },
    ],
  ],
  [
    'Basic realm="x", Bearer REALM=y , error = "in\\"valid"',
    [
      { scheme: 'basic', parameters: { realm: 'x' } },
      { scheme: 'bearer', parameters: { realm: 'y', error: 'in"valid' } },
    ],
  ],
  ['"garbage', []],
])('%p', (header, expected) => {
  expect(parseChallenges(header)).toEqual(expected);
});

test('no header crashes or hangs the parser', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (header) => {
      expect(Array.isArray(parseChallenges(header))).toBe(true);
    }),
  );
});

test('what is written is read', () => {
  const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,8}$/);
  const parameters = fc.dictionary(
    token.map((name) => name.toLowerCase()),
    fc.string({ maxLength: 20 }),
    { minKeys: 1, maxKeys: 4 },
  );
  fc.assert(
    fc.property(fc.array(fc.record({ scheme: token, parameters }), { maxLength: 3 }), (challenges) => {
      const quote = (text: string) => `"${text.replace(/[\\"]/g, '\\$&')}"`;
      const header = challenges
        .map(
          (one) =>
            `${one.scheme} ${Object.entries(one.parameters)
              .map(([name, value]) => `${name}=${quote(value)}`)
              .join(', ')}`,
        )
        .join(', ');
      const expected = challenges.map((one) => ({
        scheme: one.scheme.toLowerCase(),
        parameters: { ...one.parameters },
      }));
      expect(parseChallenges(header)).toEqual(expected);
    }),
  );
});
