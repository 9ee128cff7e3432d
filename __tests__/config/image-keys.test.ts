import { expect, test } from '@jest/globals';
import type { ImageConfig } from '../../src/model/config.ts';
import { imageComplaints, parseImage } from './support/parsing.ts';

/** YAML of one key, and what it must come to. */
const ACCEPTED: readonly (readonly [string, Partial<ImageConfig>])[] = [
  ['context: services/api', { context: 'services/api' }],
  ['context: .', { context: '.' }],
  ['target: runtime', { target: 'runtime' }],
  ['args: { ENABLE_GPU: "false", V: "3.10" }', { args: { ENABLE_GPU: 'false', V: '3.10' } }],
  ['ssh: [default]', { ssh: ['default'] }],
  ['platforms: [linux/arm64/v8]', { platforms: ['linux/arm64/v8'] }],
  ['kind: job', { kind: 'job' }],
  ['port: 8080', { port: 8080 }],
  ['ports: [1, 65535]', { ports: [1, 65_535] }],
  ['command: [python, -m, app]', { command: ['python', '-m', 'app'] }],
  ['tmpfs: [/tmp, "/run:size=16m"]', { tmpfs: ['/tmp', '/run:size=16m'] }],
  ['tmpfs: []', { tmpfs: [] }],
  ['size: 500MB', { size: { unpacked: 500_000_000 } }],
  [
    'size: { unpacked: 1GB, download: 1MiB, layer: 1kB, wasted: 0B }',
    { size: { unpacked: 1e9, download: 2 ** 20, layer: 1000, wasted: 0 } },
  ],
  ['size: { growth: 10% }', { size: { growth: { percent: 10, atLeast: 20_000_000 } } }],
  ['size: { growth: { percent: 0.5%, at-least: 1MiB } }', { size: { growth: { percent: 0.5, atLeast: 1_048_576 } } }],
  ['user: non-root', { user: 'non-root' }],
  ['user: root', { user: 'root' }],
  ['user: 1000', { user: 1000 }],
  ['healthy-within: 1m30s', { healthyWithin: 90_000 }],
  ['started-within: 500ms', { startedWithin: 500 }],
  ['stops-within: 5s', { stopsWithin: 5000 }],
  ['memory: 6MiB', { memory: 6_291_456 }],
  ['provenance: max', { provenance: 'max' }],
  ['sbom: build/api.spdx.json', { sbom: 'build/api.spdx.json' }],
  ['sbom-generator: acme/scanner:1', { sbomGenerator: 'acme/scanner:1' }],
  ['compression: zstd', { compression: 'zstd' }],
  ['build-within: 30m', { buildWithin: 1_800_000 }],
  ['with: docker-compose.yml#postgres', { with: [{ file: 'docker-compose.yml', service: 'postgres' }] }],
  [
    'with: [c.yml#a, d/c.yml#b]',
    {
      with: [
        { file: 'c.yml', service: 'a' },
        { file: 'd/c.yml', service: 'b' },
      ],
    },
  ],
  [
    'env: { A: literal, B: env.NAME, C: file.txt, D: "", E: env.not-a-name }',
    {
      env: {
        A: { from: 'literal', value: 'literal' },
        B: { from: 'env', name: 'NAME' },
        C: { from: 'literal', value: 'file.txt' },
        D: { from: 'literal', value: '' },
        E: { from: 'literal', value: 'env.not-a-name' },
      },
    },
  ],
  [
    'secrets: { a: env.A, b: file.ci/b, c: { from: env.C, rebuild: true }, d: { from: file./run/d } }',
    {
      secrets: [
        { id: 'a', source: { from: 'env', name: 'A' }, rebuild: false },
        { id: 'b', source: { from: 'file', path: 'ci/b' }, rebuild: false },
        { id: 'c', source: { from: 'env', name: 'C' }, rebuild: true },
        { id: 'd', source: { from: 'file', path: '/run/d' }, rebuild: false },
      ],
    },
  ],
];

test.each(ACCEPTED)('%s', (yaml, expected) => {
  const image = parseImage(`    ${yaml}`);
  expect(image).toMatchObject(expected);
  expect(image.written.has(yaml.split(':')[0] ?? '')).toBe(true);
});

/** YAML of one key, its column when it is not the value's, and the start of what is said about it. */
const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['context: /etc', /^4:14 .*context: expected a path relative to the folder of slipway.yml, seen `\/etc`$/],
  ['context: ~/x', /^4:14 .*context: expected a path relative/],
  ['context: 3', /^4:14 .*context: expected a path relative to the folder of slipway.yml, seen `3`$/],
  ['context: ""', /^4:14 .*expected a path relative to the folder of slipway.yml, seen `""`$/],
  ['target: ""', /^4:13 .*target: expected the name of a stage/],
  ['args: [A=1]', /^4:11 .*args: expected a map of build arguments and texts, seen a list$/],
  ['args: { A-B: x }', /^4:13 .*args.A-B: the key is not a name of letters, digits and _/],
  ['args: { A: 3.10 }', /^4:16 .*args.A: expected a text \(put it in quotes\), seen a number \(not shown\)$/],
  ['args: { A: }', /^4:13 .*args.A: expected a text \(put it in quotes\), seen nothing$/],
  [
    'secrets: { t: ghp_0123456789 }',
    /^4:19 .*secrets.t: expected env.NAME, file.path, or .*, seen a text \(not shown\)$/,
  ],
  ['secrets: { t: env. }', /^4:19 .*secrets.t: expected env.NAME/],
  ['secrets: { t: { rebuild: true } }', /^4:16 .*secrets.t.from: missing; expected a source/],
  [
    'secrets: { t: { from: env.A, rebild: true } }',
    /^4:34 .*secrets.t: unknown key `rebild`; did you mean `rebuild`\?$/,
  ],
  ['secrets: { "a,b": env.A }', /^4:16 .*secrets."a,b": the key is not a secret id/],
  ['ssh: default', /^4:10 .*ssh: expected a list such as \[default\], seen `default`$/],
  ['ssh: ["x=/etc/shadow"]', /^4:11 .*ssh\[0\]: expected `default` or an agent id/],
  ['platforms: [amd64]', /^4:17 .*platforms\[0\]: expected a platform such as linux\/amd64, seen `amd64`$/],
  ['kind: jobb', /^4:11 .*kind: expected one of service, job, seen `jobb`; did you mean `job`\?$/],
  ['port: 0', /^4:11 .*port: expected a port number from 1 to 65535, seen `0`$/],
  ['port: 65536', /^4:11 .*port: expected a port/],
  ['port: "8080"', /^4:11 .*port: expected a port number from 1 to 65535, seen `"8080"`$/],
  ['port: 80.5', /^4:11 .*port: expected a port/],
  ['port: .inf', /^4:11 .*port: expected a port/],
  ['ports: 80', /^4:12 .*ports: expected a list of ports, seen `80`$/],
  [
    'command: python -m app',
    /^4:14 .*command: expected a list, one argument each: .*; no shell is used, seen `python -m app`$/,
  ],
  ['command: []', /^4:14 .*command: expected at least the program, seen a list$/],
  ['command: [sleep, 5]', /^4:22 .*command\[1\]: expected a text \(put it in quotes\), seen `5`$/],
  ['tmpfs: [tmp]', /^4:13 .*tmpfs\[0\]: expected an absolute path/],
  ['size: 500', /^4:11 .*size: expected a size such as 500MB, or a map such as .*, seen `500`$/],
  ['size: 500mb', /^4:11 .*size: expected a size such as 500MB, or a map/],
  ['size: 99999999TB', /^4:11 .*size: expected a size such as 500MB/],
  [
    'size: { unpacked: 500 }',
    /^4:23 .*size.unpacked: expected a size with its unit, such as 500MB or 1.5GiB, seen `500`$/,
  ],
  ['size: { downlaod: 5MB }', /^4:13 .*size: unknown key `downlaod`; did you mean `download`\?$/],
  ['user: nonroot', /^4:11 .*user: expected non-root, root, or a uid.*, seen `nonroot`; did you mean `non-root`\?$/],
  ['user: 0', /^4:11 .*user: expected non-root, root/],
  ['user: "1000"', /^4:11 .*user: expected non-root, root, .*without quotes.*, seen `"1000"`$/],
  ['user: -1', /^4:11 .*user: expected/],
  ['healthy-within: 40', /^4:21 .*healthy-within: expected a duration with its unit, such as 40s or 1m30s, seen `40`$/],
  ['healthy-within: 0s', /^4:21 .*expected a duration above 0s and up to 24h, seen `0s`$/],
  ['healthy-within: 25h', /^4:21 .*expected a duration above 0s and up to 24h/],
  ['memory: 1MB', /^4:13 .*memory: expected at least 6MiB, the engine’s own minimum, seen `1MB`$/],
  ['memory: 2', /^4:13 .*memory: expected a size with its unit/],
  ['provenance: mx', /^4:17 .*provenance: expected one of min, max, off, seen `mx`; did you mean `max`\?$/],
  ['compression: estargz', /^4:18 .*compression: expected one of gzip, zstd/],
  [
    'with: docker-compose.yml',
    /^4:11 .*with: expected a compose file and a service, such as docker-compose.yml#postgres, seen/,
  ],
  ['with: [c.yml]', /^4:12 .*with\[0\]: expected a compose file and a service/],
  ['with: { file: c.yml }', /^4:11 .*with: expected a compose file and a service.*, or a list of them, seen a map$/],
  ['env: { A: 1 }', /^4:15 .*env.A: expected a text/],
  ['env: [A=1]', /^4:10 .*env: expected a map of variables and texts, seen a list$/],
  ['dokerfile: x', /^4:5 images.api: unknown key `dokerfile`; did you mean `dockerfile`\?$/],
  ['healthyWithin: 40s', /^4:5 .*unknown key `healthyWithin`; did you mean `healthy-within`\?$/],
  ['zzz: 1', /^4:5 images.api: unknown key `zzz`; known: dockerfile, context/],
];

test.each(REFUSED)('%s is refused', (yaml, expected) => {
  const complaints = imageComplaints(`    ${yaml}`);
  expect(complaints).toHaveLength(1);
  expect(complaints[0]?.replace('slipway.yml:', '')).toMatch(expected);
});

test('places say where each written key stands, and a single size counts as unpacked', () => {
  const { written, places } = parseImage('    size: 5MB\n    args: { A: x }');
  expect([...written]).toEqual(['dockerfile', 'size', 'size.unpacked', 'args', 'args.A']);
  expect(places['size.unpacked']).toEqual({ file: 'slipway.yml', line: 4, column: 5 });
  expect(places['args.A']).toEqual({ file: 'slipway.yml', line: 5, column: 13 });
});

test('a size map counts only what it says', () => {
  const { written } = parseImage('    size: { download: 5MB }');
  expect(written.has('size.download')).toBe(true);
  expect(written.has('size.unpacked')).toBe(false);
});
