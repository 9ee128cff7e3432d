import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { evaluateMarker, parseMarker } from '../../../src/check/python/marker.ts';

const environment = {
  python_version: '3.11',
  python_full_version: '3.11.9',
  sys_platform: 'linux',
  os_name: 'posix',
  platform_machine: 'x86_64',
  platform_python_implementation: 'CPython',
  extra: '',
};

function evaluate(text: string, change: Readonly<Record<string, string>> = {}): boolean | undefined | 'no marker' {
  const marker = parseMarker(text);
  return marker === undefined ? 'no marker' : evaluateMarker(marker, { ...environment, ...change });
}

test.each([
  ['python_version < "3.8"', false],
  ['python_version >= "3.8"', true],
  ['"3.8" <= python_version', true],
  // A text comparison would say that 3.11 is before 3.8.
  ['python_version > "3.8"', true],
  ['python_version in "2.7, 3.11"', true],
  ['python_version not in "2.7 3.3"', true],
  ['python_full_version < "3.11.0a6"', false],
  ["sys_platform == 'win32' or sys_platform == 'linux'", true],
  // `and` binds closer.
  ["sys_platform == 'linux' or os_name == 'nt' and os_name == 'java'", true],
  ["(sys_platform == 'linux' or os_name == 'nt') and os_name == 'java'", false],
  ['extra == "dev"', false],
  ["sys.platform == 'linux' and python_implementation == 'CPython'", true],
  ["platform_machine != 'arm64'", true],
  ['platform_release >= "5"', undefined],
  ['platform_release >= "5" and sys_platform == "win32"', false],
  ['platform_release >= "5" or sys_platform == "linux"', true],
  ['platform_machine ~= "x86_64"', undefined],
  ['python_version', 'no marker'],
  ['python_version >= ', 'no marker'],
  ['(python_version >= "3"', 'no marker'],
  ['python_version >= "3" or', 'no marker'],
  ['python_version >= "3" banana', 'no marker'],
  ['and == "3"', 'no marker'],
  [`${'('.repeat(100_000)}os_name == "posix"`, 'no marker'],
])('%.60s: %s', (text, expected) => {
  expect(evaluate(text)).toBe(expected);
});

test('extras are compared by their normalised names, never as versions', () => {
  expect(evaluate('extra == "Foo_Bar"', { extra: 'foo-bar' })).toBe(true);
  expect(evaluate('extra == "1"', { extra: '1.0' })).toBe(false);
});

test('no text makes the reader throw or hang, and a trailing bracket is never forgiven', () => {
  const piece = fc.constantFrom('(', ')', 'and', 'or', 'extra', '==', 'in', 'not in', "'a'", '"', 'os.name', ' ', '1');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      evaluate(pieces.join(' '));
      expect(evaluate(`os_name == 'posix' ${pieces.join(' ')} )(`)).toBe('no marker');
    }),
  );
});

test('brackets around a marker change nothing', () => {
  const leaf = fc.constantFrom('os_name == "posix"', 'os_name == "nt"', 'platform_release == "x"');
  const { marker } = fc.letrec<{ marker: string }>((tie) => ({
    marker: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.tuple(tie('marker'), fc.constantFrom('and', 'or'), tie('marker')).map((parts) => `(${parts.join(' ')})`),
    ),
  }));
  fc.assert(
    fc.property(marker, (text) => {
      expect(evaluate(`((${text}))`)).toBe(evaluate(text));
    }),
  );
});
