import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
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

const LAYOUT = '{"imageLayoutVersion":"1.0.0"}';
const make =
  (entries: Readonly<Record<string, string | number>>, name = '') =>
  async (): Promise<string> =>
    `${await makeFolder(entries)}${name}`;
const named = (text: string) => (): Promise<string> => Promise.resolve(text);

test.each<[string, () => Promise<string>, object, RegExp]>([
  ['a path that leads nowhere', named('./nothing'), {}, /there is no image at/],
  ['nothing', named(''), {}, /is not an image reference/],
  ['a reference with spaces', named('a b'), {}, /"a b" is not an image reference/],
  ['a prefix with nothing behind it', named('oci:'), {}, /nothing stands behind oci:/],
  ['an address', named('https://registry.example.com/team/api'), {}, /https: is no place/],
  ['a place of another tool', named('containers-storage:api'), {}, /containers-storage: is no place/],
  ['a folder that is no layout', async () => `oci:${await makeFolder({})}`, {}, /there is no OCI layout/],
  ['a folder by its path that is no layout', make({}), {}, /there is no OCI layout/],
  ['a layout of another version', make({ 'oci-layout': '{"imageLayoutVersion":"2.0.0"}' }), {}, /has version "2.0.0"/],
  ['a layout without an index', make({ 'oci-layout': LAYOUT }), {}, /there is no OCI layout/],
  ['a layout whose index is no JSON', make({ 'oci-layout': LAYOUT, 'index.json': '{' }), {}, /index.json is not/],
  [
    'a layout without images',
    make({ 'oci-layout': LAYOUT, 'index.json': '{"schemaVersion":2,"manifests":[]}' }),
    {},
    /there is no image in it/,
  ],
  [
    'a layout whose index is huge',
    make({ 'oci-layout': LAYOUT, 'index.json': 17 * 2 ** 20 }),
    {},
    /index.json is larger than 16 MiB/,
  ],
  ['a file that is no archive', make({ 'x.txt': 'hello' }, '/x.txt'), {}, /the archive cannot be read/],
  ['an archive without an image', make({ 'x.tar': '' }, '/x.tar'), {}, /the archive holds no image/],
  ['an archive that is not there', named('docker-archive:gone.tar'), {}, /there is no archive/],
  ['a folder as an archive', async () => `docker-archive:${await makeFolder({})}`, {}, /there is no archive/],
  ['--only without a config', () => storeOne(GOOD), { only: ['api'] }, /there is no image `api`/],
])('refuses %s', async (_, given, change, says) => {
  const place = await given();
  const error: unknown = await judgeWithoutEngine(place, change).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Fault);
  expect(error).toMatchObject({ kind: 'user' });
  expect(String(error)).toMatch(says);
});

test('a pipe in the place of a layer is no layer, and is not waited for', async () => {
  const image = makeLayeredImage([FILES], { config: GOOD });
  const folder = await storeLayout(image.store, [image]);
  const blob = join(folder, 'blobs', 'sha256', (image.layers[0]?.digest ?? '').slice('sha256:'.length));
  await rm(blob);
  execFileSync('mkfifo', [blob]);
  const record = await judgeWithoutEngine(`oci:${folder}`, { containers: false });
  expect(exitCodeFor(record)).toBe(1);
  const reasons = record.images[0]?.outcomes.map(({ reason }) => reason ?? '').join();
  expect(reasons).toMatch(/layer sha256:\w+ is not there/);
});

test.each([
  [
    'a folder',
    { 'LIB/a': '' },
    'LIB',
    /The folder LIB here is no OCI layout or archive by its looks: oci:LIB reads it/,
  ],
  ['a file', { 'x.y:Z': '' }, 'x.y:Z@', /is not an image reference/],
])('%s with the name that a registry was asked for is told about', async (_, entries, name, says) => {
  const directory = await makeFolder(entries);
  const error: unknown = await judgeWithoutEngine(name, { directory }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'Fault', kind: 'user' });
  expect(`${String(error)} ${String((error as Fault).remedy)}`).toMatch(says);
});
