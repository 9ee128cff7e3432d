import { expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/parse.ts';
import { Fault } from '../../src/model/fault.ts';
import { complaintsOf, parse, RULE_TABLE } from './support/parsing.ts';

test('a variant starts from another image: args are merged, every other key replaces', () => {
  const { images } = parse(`images:
  api-gpu: { extends: api, args: { ENABLE_GPU: "true" }, size: { download: 3GB }, env: { B: b } }
  api:
    dockerfile: Dockerfile
    target: runtime
    args: { ENABLE_GPU: "false", APP: x }
    size: 500MB
    env: { A: a }
    http: [{ get: / }]
  third: { extends: api-gpu, http: [] }
`);
  expect(images.map(({ name }) => name)).toEqual(['api-gpu', 'api', 'third']);
  expect(images[0]).toMatchObject({
    dockerfile: 'Dockerfile',
    target: 'runtime',
    args: { ENABLE_GPU: 'true', APP: 'x' },
    size: { download: 3e9 },
    http: [{ path: '/', place: { line: 9, column: 12 } }],
  });
  expect(Object.keys(images[0]?.env ?? {})).toEqual(['B']);
  expect(images[0]?.size).toEqual({ download: 3e9 });
  expect(images[0]?.written.has('size.unpacked')).toBe(false);
  expect(images[0]?.written.has('http')).toBe(true);
  expect(images[0]?.places['args.APP']).toMatchObject({ line: 6 });
  expect(images[0]?.places['args.ENABLE_GPU']).toMatchObject({ line: 2 });
  expect(images[1]).toMatchObject({ args: { ENABLE_GPU: 'false', APP: 'x' }, size: { unpacked: 5e8 } });
  expect(images[2]).toMatchObject({ dockerfile: 'Dockerfile', args: { ENABLE_GPU: 'true' }, http: [] });
});

test.each([
  [
    'api: { dockerfile: D }\n  v: { extends: apj }',
    ['3:17 images.v.extends: no image is named `apj`; did you mean `api`?'],
  ],
  ['a: { extends: a }', ['2:17 images.a.extends: goes in a circle: a → a']],
  [
    'a: { extends: b }\n  b: { extends: c }\n  c: { extends: a }',
    ['2:17 images.a.extends: goes in a circle: a → b → c → a'],
  ],
  [
    'a: { extends: b }\n  b: { extends: c }\n  c: { extends: b }',
    ['3:17 images.b.extends: goes in a circle: b → c → b'],
  ],
  [
    'a: { kind: job }',
    ['2:3 images.a.dockerfile: missing; expected the path of the Dockerfile, relative to the folder of slipway.yml'],
  ],
])('%j is refused', (images, expected) => {
  expect(complaintsOf(`images:\n  ${images}\n`)).toEqual(expected.map((line) => `slipway.yml:${line}`));
});

test.each([
  ['kind: job, port: 80', 'port: applies to a service only, and this image is a job; take it out'],
  ['kind: job, http: []', 'http: applies to a service only, and this image is a job; take it out'],
  ['run: []', 'run: applies to a job only, and this image is a service; write `kind: job`, or take it out'],
])('what would not be enforced is refused: %s', (keys, expected) => {
  const complaints = complaintsOf(`images: { a: { dockerfile: D, ${keys} } }`);
  expect(complaints).toHaveLength(1);
  expect(complaints[0]).toContain(`images.a.${expected}`);
});

test('a variant of another kind leaves behind what could not be enforced', () => {
  const { images } = parse(`images:
  a: { dockerfile: D, port: 80, user: 1000, stops-within: 3s, http: [{ get: / }], args: { A: "1" } }
  b: { extends: a, kind: job, run: [{ command: [x] }] }
  c: { extends: b, kind: service }
  d: { extends: b }
`);
  const [, job, service, again] = images;
  expect(job).toMatchObject({ kind: 'job', user: 1000, http: [], args: { A: '1' }, stopsWithin: 10_000 });
  expect(job).not.toHaveProperty('port');
  expect(['port', 'http', 'stops-within', 'user'].map((key) => job?.written.has(key))).toEqual([
    false,
    false,
    false,
    true,
  ]);
  expect(service).toMatchObject({ kind: 'service', user: 1000, run: [] });
  expect(again?.run).toHaveLength(1);
  expect(complaintsOf('images:\n  a: { dockerfile: D, port: 80 }\n  b: { extends: a, kind: job, port: 81 }')).toEqual([
    'slipway.yml:3:31 images.b.port: applies to a service only, and this image is a job; take it out',
  ]);
});

const paths = (yaml: string, directory: string, repository?: string): number => {
  const text = `images: { a: { dockerfile: D, ${yaml} } }`;
  try {
    parseConfig(text, {
      file: 'slipway.yml',
      directory,
      rules: RULE_TABLE,
      ...(repository === undefined ? {} : { repository }),
    });
    return 0;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    expect(error.complaints.map(({ message }) => message).join()).toContain('leaves the repository');
    return error.complaints.length;
  }
};

test.each([
  ['context: ..', '/repo/ci', '/repo', 0],
  ['context: ..', '/repo', '/repo', 1],
  ['context: ..', '/repo/ci', undefined, 1],
  ['context: ../..', '/repo/ci', '/repo', 1],
  ['context: a/../..', '/repo', undefined, 1],
  ['context: a/../b', '/repo', undefined, 0],
  ['context: ..x', '/repo', undefined, 0],
  ['dockerfile: ../D', '/repo', undefined, 1],
  ['with: ../c.yml#db', '/repo', undefined, 1],
  ['with: [c.yml#db, ../c.yml#db]', '/repo', undefined, 1],
  ['secrets: { t: file.../t }', '/repo', undefined, 1],
  ['secrets: { t: { from: file.../t } }', '/repo', undefined, 1],
  ['secrets: { t: file./run/secrets/t }', '/repo', undefined, 0],
])('%s from %s in %s: %d complaints', (yaml, directory, repository, count) => {
  const own = yaml.startsWith('dockerfile') ? yaml.replace('dockerfile: ', '') : undefined;
  expect(own === undefined ? paths(yaml, directory, repository) : paths(`context: ${own}`, directory, repository)).toBe(
    count,
  );
});

test('a chain longer than anybody can follow is refused, in bounded time', () => {
  const images = Array.from({ length: 2000 }, (_, index) => `  i${String(index)}: { extends: i${String(index + 1)} }`);
  const complaints = complaintsOf(`images:\n${images.join('\n')}\n  i2000: { dockerfile: D }\n`);
  expect(complaints[0]).toBe('slipway.yml:2:18 images.i0.extends: starts from more than 20 other images');
  expect(complaints).toHaveLength(200);
});
