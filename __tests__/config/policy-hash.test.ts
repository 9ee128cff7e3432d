import { expect, test } from '@jest/globals';
import { canonicalJson, policyHash } from '../../src/config/policy-hash.ts';
import { parse } from './support/parsing.ts';

function hashOf(text: string): string {
  const config = parse(text);
  const [image] = config.images;
  if (image === undefined) throw new Error('no image');
  return policyHash(image, config);
}

const BASE = 'images: { a: { dockerfile: D, size: 5MB, http: [{ get: /, json: { place: x } }] } }\n';
const JOB = (run: string): string => `images: { a: { dockerfile: D, kind: job, run: [{ ${run} }] } }`;

test('a policy hash is 64 hex digits', () => {
  expect(hashOf(BASE)).toMatch(/^[0-9a-f]{64}$/);
});

test.each([
  ['comments and blank lines', BASE, `# c\n\n${BASE}# d\n`],
  ['the order of keys', BASE, 'images: { a: { http: [{ json: { place: x }, get: / }], size: 5MB, dockerfile: D } }'],
  [
    'block or flow style',
    BASE,
    'images:\n  a:\n    dockerfile: D\n    size: 5MB\n    http:\n      - get: /\n        json:\n          place: x\n',
  ],
  ['another image', BASE, `${BASE.trim().slice(0, -1)}, b: { dockerfile: E } }`],
  ['where it is published and tagged', BASE, `${BASE}registry: ghcr.io/x\ntags: { branch: none }`],
  [
    'a waiver of another image',
    'images: { a: { dockerfile: D }, b: { dockerfile: D } }',
    'images: { a: { dockerfile: D }, b: { dockerfile: D } }\nwaivers: [{ rule: user.config, image: b, reason: x, expires: 2027-01-01 }]',
  ],
  [
    'an equal size in other units',
    'images: { a: { dockerfile: D, size: 1GB } }',
    'images: { a: { dockerfile: D, size: 1000MB } }',
  ],
])('%s does not change it', (_, one, other) => {
  expect(hashOf(other)).toBe(hashOf(one));
});

test.each([
  ['a budget', BASE, BASE.replace('5MB', '6MB')],
  ['a JSON value under a key called place', BASE, BASE.replace('place: x', 'place: y')],
  [
    'a default written out, which makes its rule an error',
    BASE,
    BASE.replace('size: 5MB', 'size: 5MB, stops-within: 10s'),
  ],
  ['a rule’s level', BASE, `${BASE}rules: { user.config: warn }`],
  [
    'a rule’s settings',
    `${BASE}rules: { size.unpacked: { allow: [a] } }`,
    `${BASE}rules: { size.unpacked: { allow: [b] } }`,
  ],
  ['a waiver', BASE, `${BASE}waivers: [{ rule: user.config, reason: x, expires: 2027-01-01 }]`],
  ['report only', BASE, `${BASE}informational: true`],
  ['a regular expression', JOB('stdout: /a/'), JOB('stdout: /b/')],
  ['its flags', JOB('stdout: /a/'), JOB('stdout: /a/i')],
])('%s changes it', (_, one, other) => {
  expect(hashOf(other)).not.toBe(hashOf(one));
});

test.each([
  [{ b: 1, a: [undefined, null] }, '{"a":[null,null],"b":1}'],
  [{ a: undefined }, '{}'],
  [new Set(['b', 'a']), '["a","b"]'],
  [/x\/y/i, '{"flags":"i","regex":"x\\\\/y"}'],
  [12n, '12n'],
])('canonical JSON of %p', (value, expected) => {
  expect(canonicalJson(value)).toBe(expected);
});
