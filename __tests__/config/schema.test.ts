import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse as parseYaml } from 'yaml';
import { makeConfigSchema } from '../../script/config-schema.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { ruleTable } from '../../src/check/rules/index.ts';
import { complaintsOf, RULE_TABLE } from './support/parsing.ts';

const accepts = new Ajv({ strict: false }).compile(makeConfigSchema(RULE_TABLE));

const VALID = [
  'images: { api: { dockerfile: D } }',
  'version: 1\nregistry: ghcr.io/acme\ncache: none\nbuild-within: 30m\ninformational: true\nimages: { a: { dockerfile: D } }',
  'images: { a: { dockerfile: D, size: 5MB, user: 1000, port: 80, with: c.yml#a, memory: 1GB } }',
  'images: { a: { dockerfile: D, size: { download: 5MB }, user: root, with: [c.yml#a], tmpfs: [] } }',
  'images: { a: { dockerfile: D, secrets: { t: env.T, u: { from: file.x, rebuild: true } }, ssh: [default] } }',
  'images: { a: { dockerfile: D, http: [{ get: /, status: [200], json: { a: [1] } }, { post: /, body: x }] } }',
  'images: { a: { dockerfile: D, kind: job, run: [{ command: [x], stdout: /a/i, exit: 1, within: 5s }] }, b: { extends: a } }',
  'images: { a: { dockerfile: D } }\nrules: { user.config: warn, size.unpacked: { level: off, allow: [x] } }',
  'images: { a: { dockerfile: D, gpu: {} }, b: { dockerfile: D, gpu: { runs-on: x, phases: [{ name: p, probe: cuda }, { name: q, command: [x], without-gpu: { slower: 3x } }] } } }',
  'images: { a: { dockerfile: D } }\ntags: { branch: ["sha-{sha:12}"], release: none }',
  'images: { a: { dockerfile: D } }\nwaivers: [{ rule: user.config, reason: x, expires: 2027-03-01 }]',
];
test.each(VALID)('the schema and the parser accept %j', (text) => {
  expect(complaintsOf(text)).toEqual([]);
  expect([accepts(parseYaml(text, { merge: true })), accepts.errors]).toEqual([true, null]);
});

const INVALID = [
  '{}',
  'images: {}',
  'images: { a: {} }',
  'images: { Api: { dockerfile: D } }',
  'images: { a: { dockerfile: D, size: 500 } }',
  'images: { a: { dockerfile: D, size: 500mb } }',
  'images: { a: { dockerfile: D, healthy-within: 40 } }',
  'images: { a: { dockerfile: D, zzz: 1 } }',
  'images: { a: { dockerfile: D, user: 0 } }',
  'images: { a: { dockerfile: D, args: { A: 1 } } }',
  'images: { a: { dockerfile: D, secrets: { t: hunter2 } } }',
  'images: { a: { dockerfile: D, http: [{ status: 200 }] } }',
  'images: { a: { dockerfile: D, platforms: [linux/amd64, linux/arm64] } }',
  'images: { a: { dockerfile: D, gpu: { phases: [{ name: p }] } } }',
  'images: { a: { dockerfile: D } }\ncache: github',
  'images: { a: { dockerfile: D } }\nstack: {}',
  'images: { a: { dockerfile: D } }\nrules: { user.confg: warn }',
  'images: { a: { dockerfile: D } }\nrules: { size.unpacked: { alow: [x] } }',
  'images: { a: { dockerfile: D } }\nwaivers: [{ rule: user.config }]',
];
test.each(INVALID)('the schema and the parser refuse %j', (text) => {
  expect(complaintsOf(text)).not.toEqual([]);
  expect(accepts(parseYaml(text))).toBe(false);
});

test('the schema and the parser accept the reference system', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docker/haystack/slipway.yml'), 'utf8');
  const rules = ruleTable();
  expect(parseConfig(text, { file: 'slipway.yml', directory: '/repo', rules }).images.length).toBeGreaterThan(0);
  const validate = new Ajv({ strict: false }).compile(makeConfigSchema(rules));
  expect([validate(parseYaml(text)), validate.errors]).toEqual([true, null]);
});

test('every key of the design’s table that is built stands in the schema', () => {
  const images = makeConfigSchema(RULE_TABLE).properties?.['images']?.additionalProperties;
  const keys = typeof images === 'object' ? Object.keys(images.properties ?? {}) : [];
  expect(keys.sort()).toEqual([
    'args',
    'build-within',
    'command',
    'compression',
    'context',
    'dockerfile',
    'env',
    'extends',
    'gpu',
    'hardened',
    'healthy-within',
    'http',
    'kind',
    'memory',
    'platforms',
    'port',
    'ports',
    'profile',
    'provenance',
    'run',
    'runs-on',
    'sbom',
    'sbom-generator',
    'secrets',
    'shard',
    'size',
    'ssh',
    'started-within',
    'stops-within',
    'target',
    'tmpfs',
    'user',
    'with',
  ]);
});
