import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { digestOf } from '../../src/model/digest.ts';
import type { JudgedRecord } from '../../src/model/record.ts';
import { makeRepository, type Repository } from '../support/dist.ts';
import { type RegistryDouble, startRegistryDouble } from '../support/registry.ts';

const CLI = join(import.meta.dirname, '../../src/cli.ts');
const FIXTURES = join(import.meta.dirname, '../fixtures/static-images');
const MINUTES = 5 * 60_000;

/** Each is broken by a line of bad.Dockerfile and kept by good.Dockerfile. */
const BROKEN_BY_ROOT = [
  ...['size.unpacked', 'size.download', 'size.layer-max', 'size.layers-max', 'size.growth-vs-base', 'size.wasted'],
  ...['size.efficiency', 'size.cuda-in-cpu-image', 'base.pinned', 'base.latest', 'base.allowed'],
  ...['hygiene.apt-archives', 'hygiene.apt-lists', 'hygiene.compilers', 'hygiene.dangling', 'hygiene.git-dir'],
  ...['hygiene.junk', 'hygiene.package-caches', 'hygiene.pycache', 'labels.oci', 'port.expose', 'env.tls-off'],
  ...['env.debug-flags', 'volume.sensitive', 'image.created', 'cmd.shell-form', 'health.defined', 'user.config'],
  ...['user.numeric', 'user.setuid', 'user.world-writable', 'user.passwd'],
];
const BROKEN_BY_OWNER = ['user.code-writable'];

let registry: RegistryDouble;
let project: Repository;
type Outcomes = JudgedRecord['outcomes'];
let outcomes: ReadonlyMap<string, Outcomes>;

beforeAll(async () => {
  registry = await startRegistryDouble();
  const base = await pushBase();
  project = await makeRepository({
    'slipway.yml': describeProject(base),
    'bad.Dockerfile': await readFile(join(FIXTURES, 'bad.Dockerfile'), 'utf8'),
    'good.Dockerfile': await readFile(join(FIXTURES, 'good.Dockerfile'), 'utf8'),
    '.dockerignore': '*\n!app\n',
    'app/serve.sh': 'while sleep 60; do :; done\n',
    'app/check.sh': 'test -d /proc/1\n',
    // Random, so that it weighs as much compressed.
    'app/model.txt': randomBytes(6_000_000).toString('base64'),
  });
  const words = [CLI, 'check', '--no-containers', '--output', project.output];
  const { stderr } = await execa(process.execPath, words, { cwd: project.directory, reject: false });
  const record = await project.record().catch((error: unknown) => {
    throw new Error(stderr, { cause: error });
  });
  outcomes = new Map(record.images.map((image) => [image.name, image.outcomes]));
}, MINUTES);
afterAll(async () => {
  await registry.close();
  await execa('docker', ['image', 'rm', ...baseNames()], { reject: false });
  await project.remove();
}, MINUTES);

function baseNames(): readonly string[] {
  return ['base:1.0', 'strange:latest'].map((name) => `${registry.host}/${name}`);
}

/** Serves Debian under two names: one that is allowed, and one without a version. */
async function pushBase(): Promise<{ readonly pinned: string; readonly latest: string }> {
  const tags = baseNames().flatMap((name) => ['--tag', name]);
  await execa('docker', ['buildx', 'build', '--quiet', '--provenance=false', '--push', ...tags, '-'], {
    input: 'FROM debian:bookworm-slim\n',
  });
  const manifest = registry.manifests.get('base/1.0')?.bytes ?? Buffer.alloc(0);
  return { pinned: `${registry.host}/base:1.0@${digestOf(manifest)}`, latest: `${registry.host}/strange` };
}

function describeProject({ pinned, latest }: { readonly pinned: string; readonly latest: string }): string {
  const bad = `dockerfile: bad.Dockerfile, args: { BASE: ${latest}, SOURCE_DATE_EPOCH: '0' }, port: 8080`;
  // The base alone fits, or the image would not be built.
  const small = 'unpacked: 60MB, download: 35MB, layer: 60MB, layers: 3, growth-vs-base: 1MB, wasted: 1MB';
  const fitting = 'unpacked: 500MB, download: 500MB, layer: 400MB, layers: 9, growth-vs-base: 20MB, wasted: 1MB';
  return `version: 1
images:
  root: { ${bad}, target: root, size: { ${small} } }
  owner: { ${bad}, target: writable }
  good: { dockerfile: good.Dockerfile, args: { BASE: ${pinned} }, port: 8080, size: { ${fitting} } }
rules:
  size.efficiency: { level: error, least: 97% }
  # What a plan finds keeps an image from being built where it is an error.
  base.latest: warn
  base.allowed: { level: warn, allow: ['${registry.host}/base'] }
  hygiene.pycache: error
  image.created: error
  user.code-writable: error
`;
}

function outcomeOf(image: string, rule: string): Outcomes[number] | undefined {
  return outcomes.get(image)?.find((outcome) => outcome.rule === rule);
}

describe('on a real image', () => {
  test.each(BROKEN_BY_ROOT)('%s is broken', (rule) => {
    expect(outcomeOf('root', rule)).toMatchObject({ status: 'failed' });
  });
  test.each(BROKEN_BY_OWNER)('%s is broken by a user who owns the code', (rule) => {
    expect(outcomeOf('owner', rule)).toMatchObject({ status: 'failed' });
  });
  test.each([...BROKEN_BY_ROOT, ...BROKEN_BY_OWNER])('%s is kept', (rule) => {
    expect(outcomeOf('good', rule)).toMatchObject({ status: 'passed' });
  });
  test('the repaired image breaks no rule at all', () => {
    const broken = outcomes.get('good')?.filter(({ status }) => !['passed', 'skipped'].includes(status));
    expect(broken).toEqual([]);
  });
});

test('sizes name the layer, its paths and the way out', () => {
  const wasted = outcomeOf('root', 'size.wasted')?.findings[0];
  expect(wasted?.message).toMatch(
    /most: layer \d+ `RUN chown -R 1000:1000 \/app` copied 8\.00 MB of layer \d+ `COPY app \/app` .*\/app\/model\.txt 8\.00 MB/,
  );
  expect(wasted?.remedy).toBe('Use COPY --chown instead of RUN chown.');
  const growth = outcomeOf('root', 'size.growth-vs-base')?.findings ?? [];
  expect(growth).toHaveLength(3);
  expect(growth.map(({ remedy }) => remedy)).toContainEqual(expect.stringContaining('COPY --chown'));
  expect(growth.map(({ message }) => message)).toContainEqual(expect.stringContaining('/root/.cache/pip'));
});
