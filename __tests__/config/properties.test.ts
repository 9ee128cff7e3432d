import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { parseConfig } from '../../src/config/parse.ts';
import { policyHash } from '../../src/config/policy-hash.ts';
import { Fault } from '../../src/model/fault.ts';
import { complaintsOf, parse, RULE_TABLE } from './support/parsing.ts';

const VALID = `version: 1
registry: ghcr.io/acme
cache: registry
build-within: 30m
images:
  api: &api
    dockerfile: docker/Dockerfile.api
    port: 8080
    size: { unpacked: 500MB, download: 200MB }
    args: { ENABLE_GPU: "false" }
    env: { DATABASE_URL: "postgresql://app:test@postgres/app", X: env.X }
    with: docker-compose.yml#postgres
    user: non-root
    healthy-within: 40s
    http: [{ get: /health, status: [200], json: { status: healthy }, within: 3s }]
    secrets: { npm-token: { from: env.NPM_TOKEN, rebuild: true } }
  gpu: { extends: api, args: { ENABLE_GPU: "true" } }
  worker: { dockerfile: D, kind: job, run: [{ command: [python, -m, x], stdout: /complete/i }] }
  same: { <<: *api, user: 1000 }
rules: { size.unpacked: { allow: [gcc], level: warn } }
waivers: [{ rule: user.config, image: api, reason: "base", expires: 2027-03-01 }]
tags: { branch: ["sha-{sha:12}"] }
`;

/** Whatever a text is, it comes to a Config or to one Fault whose complaints are for people. */
function checkOutcome(text: string): void {
  try {
    const config = parseConfig(text, { file: 'slipway.yml', directory: '/repo', rules: RULE_TABLE });
    expect(config.images.length).toBeGreaterThan(0);
    for (const image of config.images) policyHash(image, config);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    expect(error.complaints.length).toBeGreaterThan(0);
    for (const { message, place } of error.complaints) {
      expect(message).not.toMatch(/Invalid input|undefined|\[object|\n/);
      expect(message.length).toBeLessThan(1000);
      expect(place?.file).toBe('slipway.yml');
      expect(place?.line ?? 1).toBeGreaterThan(0);
    }
  }
}

test('the valid example is valid', () => {
  expect(complaintsOf(VALID)).toEqual([]);
});

test('no text crashes the parser', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), checkOutcome), { numRuns: 300 });
});

const PIECES = [
  '{',
  '}',
  '[',
  ']',
  ':',
  ': ',
  '- ',
  '\n',
  '  ',
  '\t',
  '"',
  "'",
  '|',
  '>',
  '&a',
  '*a',
  '<<: ',
  '!!js ',
  '!x',
  '? ',
  '#',
  '%',
  '---\n',
  '...\n',
  ',',
  '\\',
  '\0',
  '\u2028',
  '__proto__: ',
  'null',
  '~',
  '.inf',
  '0x1',
  '1e999',
  '${X}',
  'images:\n',
  'api:\n',
  'extends: api',
];

test('no arrangement of YAML’s own characters crashes the parser', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }), (pieces) => {
      checkOutcome(pieces.join(''));
    }),
    { numRuns: 500 },
  );
});

test('no edit of a valid file crashes the parser', () => {
  const edit = fc.record({ at: fc.nat(VALID.length), remove: fc.nat(30), insert: fc.constantFrom('', ...PIECES) });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      checkOutcome(
        edits.reduce((text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove), VALID),
      );
    }),
    { numRuns: 200 },
  );
});

const KEYS = [
  'dockerfile',
  'context',
  'extends',
  'args',
  'secrets',
  'platforms',
  'kind',
  'port',
  'env',
  'with',
  'size',
  'user',
  'http',
  'run',
  'memory',
  'gpu',
  'zzz',
  '__proto__',
  'constructor',
];
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('5MB', '5s', 'x', 'env.X', '/a/', '/(', 'c.yml#a', 'job', '${X}', ''),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...KEYS, 'get', 'from', 'unpacked', 'level'), fc.string()), tie('any'), {
      maxKeys: 4,
    }),
  ),
})).any;

test('no value in any place crashes the parser', () => {
  const images = fc.dictionary(
    fc.constantFrom('a', 'b', 'c', 'B'),
    fc.oneof(value, fc.dictionary(fc.constantFrom(...KEYS), value)),
  );
  const file = fc.record(
    {
      images: fc.oneof({ weight: 5, arbitrary: images }, value),
      rules: value,
      waivers: value,
      tags: value,
      cache: value,
      registry: value,
      version: value,
    },
    { requiredKeys: ['images'] },
  );
  fc.assert(
    fc.property(file, (content) => {
      checkOutcome(stringify(content));
    }),
    { numRuns: 500 },
  );
});

test('quotes, style and order of keys change nothing that counts', () => {
  const config = parse('images: { a: { dockerfile: D, port: 80, size: 5MB, env: { A: x } } }');
  const keys = { dockerfile: 'D', port: 80, size: '5MB', env: { A: 'x' } };
  fc.assert(
    fc.property(
      fc.shuffledSubarray(Object.entries(keys), { minLength: 4 }),
      fc.boolean(),
      fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE'),
      (entries, flow, style) => {
        const text = stringify(
          { images: { a: Object.fromEntries(entries) } },
          { defaultStringType: style as 'PLAIN', defaultKeyType: 'PLAIN', collectionStyle: flow ? 'flow' : 'block' },
        );
        const [image] = parse(text).images;
        const [expected] = config.images;
        if (image === undefined || expected === undefined) throw new Error('no image');
        expect(policyHash(image, config)).toBe(policyHash(expected, config));
      },
    ),
    { numRuns: 50 },
  );
});
