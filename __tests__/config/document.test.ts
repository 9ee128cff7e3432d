import { expect, test } from '@jest/globals';
import { readDocument } from '../../src/config/document.ts';
import { toPlain } from '../../src/config/located.ts';
import { formatPlace } from '../../src/model/place.ts';
import { complaintsOf, parse } from './support/parsing.ts';

function plain(text: string): unknown {
  const { root, complaints } = readDocument(text, 'f.yml');
  expect(complaints).toEqual([]);
  return root === undefined ? undefined : toPlain(root);
}

function complaints(text: string): string[] {
  return readDocument(text, 'f.yml').complaints.map(
    ({ place, message }) => `${place === undefined ? '?' : formatPlace(place)} ${message}`,
  );
}

test.each([
  ['a: 1\nb: [x, true, null, 3.10, "3.10"]', { a: 1, b: ['x', true, null, 3.1, '3.10'] }],
  ['a: yes\nb: off\nc: 2027-03-01\nd: 0o17', { a: 'yes', b: 'off', c: '2027-03-01', d: 15 }],
  ['a: &x { k: 1 }\nb: *x', { a: { k: 1 }, b: { k: 1 } }],
  ['a: &x { k: 1, l: 2 }\nb: { <<: *x, k: 3 }', { a: { k: 1, l: 2 }, b: { k: 3, l: 2 } }],
  ['a: &x { k: 1 }\nb: &y { k: 2, l: 2 }\nc: { <<: [*x, *y] }', { a: { k: 1 }, b: { k: 2, l: 2 }, c: { k: 1, l: 2 } }],
  ['a: &x 1\nb: &x 2\nc: *x', { a: 1, b: 2, c: 2 }],
  ['"<<": 1', { '<<': 1 }],
  ['8080: x\ntrue: y', { 8080: 'x', true: 'y' }],
  ['constructor: 1\ntoString: 2', { constructor: 1, toString: 2 }],
  ['\uFEFFa: 1', { a: 1 }],
  ['a: 1\r\nb: 2\r\n', { a: 1, b: 2 }],
])('%j is read', (text, expected) => {
  expect(plain(text)).toEqual(expected);
});

test.each([
  ['a: 1\na: 2', ['f.yml:2:1 the key `a` is written twice; first in line 1']],
  ['{ a: 1, "a": 2 }', ['f.yml:1:9 the key `a` is written twice; first in line 1']],
  ['a: !!js/function x', ['f.yml:1:18 the tag `!!js/function` is not allowed; write the plain value']],
  ['a: !!str 3', ['f.yml:1:10 the tag `!!str` is not allowed; write the plain value']],
  ['a: !foo { b: 1 }', ['f.yml:1:9 the tag `!foo` is not allowed; write the plain value']],
  ['__proto__: { a: 1 }', ['f.yml:1:1 `__proto__` cannot be a key']],
  ['? [a]\n: 1', ['f.yml:1:3 a key must be a plain text']],
  ['? { a: b }\n: 1', ['f.yml:1:3 a key must be a plain text']],
  ['null: 1', ['f.yml:1:1 a key must be a plain text']],
  ['a: *x', ['f.yml:1:4 the alias `*x` has no anchor before it']],
  ['a: *x\nb: &x 1', ['f.yml:1:4 the alias `*x` has no anchor before it']],
  ['a: &x [*x]', ['f.yml:1:8 the alias `*x` contains itself']],
  ['a: &x { <<: *x }', ['f.yml:1:13 the alias `*x` contains itself']],
  ['a: &x 1\nb: { <<: *x }', ['f.yml:2:10 a merge key `<<` takes an alias of a map, or a list of them']],
  ['a: 1\n---\nb: 2', ['f.yml:2:1 a second document starts here (`---`); one file holds one configuration']],
  ['a:\n\tb: 1', ['f.yml:2:1 a tab is used to indent; YAML wants spaces']],
  ['a: b: c', ['f.yml:1:4 not valid YAML: a value without quotes contains `: `; put the whole value in quotes']],
  [
    'a: [1, 2',
    ['f.yml:1:9 not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ],
  ['a: "x', ['f.yml:1:6 not valid YAML: a closing bracket, brace or quote, or a `:` or `,`, is missing before here']],
])('%j is refused', (text, expected) => {
  expect(complaints(text)).toEqual(expected);
});

test('aliases that expand without bound are refused, not expanded', () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 30; level += 1) {
    const alias = `*a${String(level - 1)}`;
    lines.push(`a${String(level)}: &a${String(level)} [${Array<string>(10).fill(alias).join(', ')}]`);
  }
  expect(complaints(lines.join('\n')).join('\n')).toContain('more than 20000 values, counting what aliases repeat');
});

test('many aliases of one small anchor are bounded too', () => {
  expect(complaints(`a: &a [1]\nb: [${'*a,'.repeat(50_000)}]`)).toHaveLength(1);
});

test.each([
  ['65 maps', '{a: '.repeat(65) + '1' + '}'.repeat(65)],
  ['5000 lists', '['.repeat(5000) + ']'.repeat(5000)],
])('%s inside each other are refused', (_, text) => {
  expect(complaints(text).join()).toMatch(/nested (too deeply|deeper than 64 levels)/);
});

test('a text over 64 KiB is refused, 64 KiB is read', () => {
  expect(plain(`a: ${'x'.repeat(65_536)}`)).toEqual({ a: 'x'.repeat(65_536) });
  expect(complaints(`a: ${'x'.repeat(65_537)}`)).toEqual(['f.yml:1:4 longer than 64 KiB']);
});

test('one byte over 1 MiB is refused, 1 MiB is read', () => {
  const start = 'a: 1\n#';
  expect(plain(start + 'x'.repeat(2 ** 20 - start.length))).toEqual({ a: 1 });
  expect(complaints(start + 'x'.repeat(2 ** 20 - start.length + 1))).toEqual(['f.yml larger than 1 MiB']);
  expect(complaints('é'.repeat(2 ** 19 + 1))).toEqual(['f.yml larger than 1 MiB']);
});

test('a key named __proto__ reaches no object', () => {
  const text = 'images:\n  __proto__: { polluted: true }\n  a: { dockerfile: D, __proto__: { polluted: true } }';
  expect(complaintsOf(text)).toEqual([
    'slipway.yml:2:3 `__proto__` cannot be a key',
    'slipway.yml:3:23 `__proto__` cannot be a key',
  ]);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('names of object methods are ordinary names', () => {
  const config = parse(
    'images:\n  constructor: { dockerfile: D, args: { constructor: x, toString: y } }\n  v: { extends: constructor }',
  );
  expect(config.images.map(({ name, args }) => [name, Object.entries(args).length])).toEqual([
    ['constructor', 2],
    ['v', 2],
  ]);
  expect(complaintsOf('images: { a: { dockerfile: D } }\nrules: { constructor: warn, toString: off }')).toEqual([
    'slipway.yml:2:10 rules: unknown rule `constructor`; known: user.config, size.unpacked',
    'slipway.yml:2:29 rules: unknown rule `toString`; known: user.config, size.unpacked',
  ]);
});
