import { expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/parse.ts';
import { Fault } from '../../src/model/fault.ts';
import { complaintsOf, parse, RULE_TABLE } from './support/parsing.ts';

test('the smallest useful file gives one image with every default', () => {
  const config = parse('images:\n  api: { dockerfile: docker/Dockerfile.api }\n');
  expect(config).toMatchObject({
    file: 'slipway.yml',
    directory: '/repo',
    cache: 'auto',
    informational: false,
    rules: {},
    waivers: [],
    warnings: [],
    tags: {
      pullRequest: [],
      branch: ['sha-{sha:12}', '{branch}'],
      release: ['{version}', '{major}.{minor}', '{major}', 'latest'],
    },
  });
  expect(config.images).toHaveLength(1);
  expect(config.images[0]).toMatchObject({
    name: 'api',
    dockerfile: 'docker/Dockerfile.api',
    context: '.',
    kind: 'service',
    tmpfs: ['/tmp'],
    healthyWithin: 120_000,
    stopsWithin: 10_000,
    provenance: 'min',
    compression: 'gzip',
    size: {},
    http: [],
    run: [],
  });
  expect([...(config.images[0]?.written ?? [])]).toEqual(['dockerfile']);
});

test('every complaint comes at once, in the order of the file', () => {
  const text = ['version: 2', 'iamges: {}', 'images:', '  api:', '    dockerfile: D', '    size: 500', ''].join('\n');
  const parsing = (): unknown =>
    parseConfig(text, { file: 'ci/slipway.yml', directory: '/repo/ci', rules: RULE_TABLE });
  expect(parsing).toThrow(Fault);
  expect(parsing).toThrow('3 problems in ci/slipway.yml');
  expect(complaintsOf(text)).toEqual([
    'slipway.yml:1:10 version: expected 1, the only version there is, seen `2`',
    'slipway.yml:2:1 unknown key `iamges`; did you mean `images`?',
    'slipway.yml:6:11 images.api.size: expected a size such as 500MB, or a map such as { unpacked: 500MB, download: 200MB }, seen `500`',
  ]);
});

test('one problem is not called problems', () => {
  expect(() => parse('images: { a: { dockerfile: D, size: 5 } }')).toThrow('1 problem in slipway.yml');
});

test.each(['', '\n\n', '# only a comment\n', '{}', 'null', '---\n', '---\n...\n'])(
  'the empty file %j is refused',
  (text) => {
    expect(complaintsOf(text)).toEqual([
      'slipway.yml:1:1 empty; write at least `images:` with one image, such as api: { dockerfile: docker/Dockerfile.api }',
    ]);
  },
);

test.each([
  ['version: 1', /^slipway.yml:1:1 images: missing; expected a map of image names/],
  ['images:', /^slipway.yml:1:1 images: expected a map of image names.*, seen nothing$/],
  ['images: {}', /^slipway.yml:1:9 images: no image; write at least one/],
  ['images: []', /^slipway.yml:1:9 images: expected a map of image names.*, seen a list$/],
  ['hello', /^slipway.yml:1:1 expected a map of keys, seen `hello`$/],
])('a file without images is refused: %s', (text, expected) => {
  const complaints = complaintsOf(text);
  expect(complaints).toHaveLength(1);
  expect(complaints[0]).toMatch(expected);
});
