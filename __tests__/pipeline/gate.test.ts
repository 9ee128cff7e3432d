import { expect, test } from '@jest/globals';
import { exitCodeFor } from '../../src/model/record-verdict.ts';
import type { RunRecord } from '../../src/model/record.ts';
import { Fault } from '../../src/model/fault.ts';
import { makeFolder } from '../support/folder.ts';
import { judgeWithoutEngine } from '../support/gate.ts';
import { makeLayeredImage, makeMemoryStore } from '../support/layered-image.ts';
import { storeLayout } from '../support/stored-layout.ts';
import { writeTar } from '../support/tar-writer.ts';

const FILES = writeTar([{ name: 'app', body: 'x'.repeat(3000), mode: 0o755 }]);
const GOOD = { User: '1000:1000', Cmd: ['/app'] };
const ROOT = { Cmd: ['/app'] };

function statusOf(record: RunRecord, rule: string, image = 0): string | undefined {
  return record.images[image]?.outcomes.find((outcome) => outcome.rule === rule)?.status;
}
async function storeOne(config: object, name?: string): Promise<string> {
  const image = makeLayeredImage([FILES], { config });
  return storeLayout(image.store, [{ digest: image.digest, ...(name === undefined ? {} : { name }) }]);
}

test('an image that breaks nothing passes, and what needs its Dockerfile or an engine says so', async () => {
  const record = await judgeWithoutEngine(`oci:${await storeOne(GOOD, 'api:main')}`);
  expect(exitCodeFor(record)).toBe(0);
  expect(record.images[0]).toMatchObject({ name: 'api', status: 'built', given: expect.stringContaining('oci:') });
  expect(record.publish.decided).toBe(false);
  expect(statusOf(record, 'user.config')).toBe('passed');
  expect(statusOf(record, 'user.runtime')).toBe('skipped');
  expect(statusOf(record, 'dockerfile.copy-missing')).toBe('skipped');
  expect(record.notes.join()).toMatch(/no container was started: No Docker engine answers/);
});

test('what is always an error fails without a config', async () => {
  const record = await judgeWithoutEngine(await storeOne(ROOT));
  expect(exitCodeFor(record)).toBe(1);
  expect(statusOf(record, 'user.config')).toBe('failed');
  expect(record.images[0]?.reason).toMatch(/only what is always an error: there is no config/);
});

const CONFIG = [
  'registry: registry.example.com/team',
  'images:',
  '  api: { dockerfile: Dockerfile, size: { unpacked: 1KB } }',
  '  worker: { dockerfile: Dockerfile, size: { unpacked: 1MB } }',
].join('\n');

test.each<[string, string | undefined, readonly string[], string | undefined, RegExp]>([
  ['its name in the layout', 'api:main', [], 'failed', /its name is that of api/],
  ['its name in the registry', 'registry.example.com/team/worker:1', [], 'passed', /that of worker/],
  ['--only', 'other', ['worker'], 'passed', /--only worker/],
  ['nothing', 'other', [], 'skipped', /no image of slipway.yml has its name/],
  ['a name that only ends like it', 'else.example.com/x/api:1', [], 'skipped', /no image of slipway.yml/],
])('the policy is chosen by %s', async (_, name, only, status, why) => {
  const directory = await makeFolder({ 'slipway.yml': CONFIG });
  const record = await judgeWithoutEngine(await storeOne(GOOD, name), { directory, only });
  expect(statusOf(record, 'size.unpacked')).toBe(status);
  expect(record.images[0]?.reason).toMatch(why);
});

test('the only image of a config lends it to any image', async () => {
  const directory = await makeFolder({ 'slipway.yml': 'images: { api: { dockerfile: D, size: 1KB } }' });
  expect(statusOf(await judgeWithoutEngine(await storeOne(GOOD), { directory }), 'size.unpacked')).toBe('failed');
});

test('every image of a layout is judged once, under names of their own', async () => {
  const store = makeMemoryStore();
  const good = makeLayeredImage([FILES], { config: GOOD }, store);
  const bad = makeLayeredImage([FILES], { config: ROOT }, store);
  const folder = await storeLayout(store, [
    { digest: good.digest, name: 'api:main' },
    { digest: good.digest, name: 'api:sha-1' },
    { digest: bad.digest, name: 'old/api:main' },
  ]);
  const record = await judgeWithoutEngine(`oci:${folder}`);
  expect(record.images.map(({ name, blocked }) => [name, blocked.length])).toEqual([
    ['api', 0],
    ['api-2', 1],
  ]);
  const named = await judgeWithoutEngine(`oci:${folder}:api:sha-1`);
  expect(named.images.map(({ digests }) => digests?.manifest)).toEqual([good.digest]);
  await expect(judgeWithoutEngine(`oci:${folder}:web`)).rejects.toThrow(/there is no image web/);
});

test('an image of another platform in an index is not read, and the wanted one is', async () => {
  const store = makeMemoryStore();
  const amd = makeLayeredImage([FILES], { config: GOOD }, store);
  const arm = makeLayeredImage([FILES], { config: ROOT, platform: { os: 'linux', architecture: 'arm64' } }, store);
  const types = 'application/vnd.oci.image.manifest.v1+json';
  const entry = (image: typeof amd, architecture: string) => ({
    mediaType: types,
    digest: image.digest,
    size: store.manifests.get(image.digest)?.bytes.byteLength,
    platform: { os: 'linux', architecture },
  });
  const index = store.putManifest('application/vnd.oci.image.index.v1+json', {
    manifests: [entry(arm, 'arm64'), entry(amd, 'amd64')],
  });
  const directory = await makeFolder({
    'slipway.yml': 'images: { api: { dockerfile: D, platforms: [linux/amd64] } }',
  });
  const record = await judgeWithoutEngine(await storeLayout(store, [index]), { directory });
  expect(record.images[0]?.digests).toMatchObject({ index: index.digest, manifest: amd.digest });
  expect(exitCodeFor(record)).toBe(0);
});

test.each<[string, () => Promise<string>, object, RegExp]>([
  ['a path that leads nowhere', () => Promise.resolve('./nothing'), {}, /there is no image at/],
  ['a folder that is no layout', async () => `oci:${await makeFolder({})}`, {}, /there is no OCI layout/],
  ['--only without a config', () => storeOne(GOOD), { only: ['api'] }, /there is no image `api`/],
])('refuses %s', async (_, given, change, says) => {
  const place = await given();
  const error: unknown = await judgeWithoutEngine(place, change).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Fault);
  expect(String(error)).toMatch(says);
});

const STACKED = [
  'images: { api: { dockerfile: Dockerfile, healthy-within: 40s } }',
  'stack: { files: [docker-compose.yml] }',
].join('\n');
const PROBED = 'services:\n  web:\n    build: .\n    healthcheck: { test: [CMD, curl, "http://localhost/"] }\n';

test('the stack of the config is asked how it starts the image, and is not judged itself', async () => {
  const given = await storeOne(GOOD);
  const directory = await makeFolder({ 'slipway.yml': STACKED, 'docker-compose.yml': PROBED });
  const record = await judgeWithoutEngine(given, { directory });
  const outcome = record.images[0]?.outcomes.find(({ rule }) => rule === 'compose.hc-tool');
  expect(outcome).toMatchObject({ status: 'failed', severity: 'error', findings: [{ place: { line: 4 } }] });
  expect(record.stack).toBeUndefined();
  const repaired = await makeFolder({ 'slipway.yml': STACKED, 'docker-compose.yml': PROBED.replace('curl', '/app') });
  expect(statusOf(await judgeWithoutEngine(given, { directory: repaired }), 'compose.hc-tool')).toBe('passed');
});

test('without the compose files it is skipped, with a broken one undecided', async () => {
  const given = await storeOne(GOOD);
  const alone = await makeFolder({ 'slipway.yml': STACKED });
  expect(statusOf(await judgeWithoutEngine(given, { directory: alone }), 'compose.hc-tool')).toBe('skipped');
  const broken = await makeFolder({ 'slipway.yml': STACKED, 'docker-compose.yml': 'services: [' });
  expect(statusOf(await judgeWithoutEngine(given, { directory: broken }), 'compose.hc-tool')).toBe('undecided');
});
