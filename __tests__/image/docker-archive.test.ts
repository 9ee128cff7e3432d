import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { openDockerArchive } from '../../src/image/docker-archive.ts';
import { readImage } from '../../src/image/read.ts';
import { makeFiles } from '../../src/io/files.ts';
import { digestOf } from '../../src/model/digest.ts';
import { Fault } from '../../src/model/fault.ts';
import { makeFolder } from '../support/folder.ts';
import { makeLayeredImage, makeMemoryCache } from '../support/layered-image.ts';
import { writeTar, type TarSpec } from '../support/tar-writer.ts';

const LAYERS = [writeTar([{ name: 'a', body: 'one' }]), writeTar([{ name: 'b', body: 'two'.repeat(900) }])];
const CONFIG = Buffer.from(
  JSON.stringify({
    os: 'linux',
    architecture: 'amd64',
    rootfs: { type: 'layers', diff_ids: LAYERS.map((layer) => digestOf(layer)) },
  }),
);
const CONFIG_NAME = `${digestOf(CONFIG).slice('sha256:'.length)}.json`;
const files = makeFiles({ temporary: '/tmp' });

async function store(archive: Buffer): Promise<string> {
  const path = join(await makeFolder({}), 'image.tar');
  await writeFile(path, archive);
  return path;
}

function saved(
  layers: readonly string[],
  tags: readonly string[] | null = ['team/api:1'],
  config = CONFIG_NAME,
): TarSpec {
  return { name: 'manifest.json', body: JSON.stringify([{ Config: config, RepoTags: tags, Layers: layers }]) };
}

async function read(archive: Buffer) {
  const [image] = await openDockerArchive(files, await store(archive));
  if (image === undefined) throw new Error('no image');
  return { image, reading: await readImage(image.source, image.digest, { cache: makeMemoryCache() }) };
}

const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = LAYERS;

test.each<[string, Buffer]>([
  [
    'plain layers',
    writeTar([
      { name: CONFIG_NAME, body: CONFIG },
      { name: '1/layer.tar', body: first },
      { name: '2/layer.tar', body: second },
      saved(['1/layer.tar', '2/layer.tar']),
    ]),
  ],
  [
    'compressed layers and a manifest that comes first',
    writeTar([
      saved(['1/layer.tar', '2/layer.tar']),
      { name: '1/layer.tar', body: gzipSync(first) },
      { name: '2/layer.tar', body: second },
      { name: CONFIG_NAME, body: CONFIG },
    ]),
  ],
  [
    'a layer that is a link to another one',
    writeTar([
      { name: CONFIG_NAME, body: CONFIG },
      { name: 'real/layer.tar', body: first },
      { name: '1/layer.tar', type: '2', link: '../real/layer.tar' },
      { name: '2/layer.tar', body: second },
      saved(['1/layer.tar', './2/layer.tar']),
    ]),
  ],
  [
    'a config under another name',
    writeTar([
      { name: 'config', body: CONFIG },
      { name: '1.tar', body: first },
      { name: '2.tar', body: second },
      saved(['1.tar', '2.tar'], ['team/api:1'], 'config'),
    ]),
  ],
])('the older form with %s', async (_, archive) => {
  const { image, reading } = await read(archive);
  expect(image.names).toEqual(['team/api:1']);
  expect(reading.sizes).toMatchObject({ state: 'known', value: { unpackedBytes: first.length + second.length } });
});

test('an OCI layout inside a tar is read under its own digest, names of containerd whole', async () => {
  const made = makeLayeredImage(LAYERS);
  const manifest = made.store.manifests.get(made.digest);
  const blob = (digest: string, body: Uint8Array): TarSpec => ({
    name: `blobs/sha256/${digest.slice('sha256:'.length)}`,
    body: Buffer.from(body),
  });
  const entry = {
    mediaType: manifest?.mediaType,
    digest: made.digest,
    size: manifest?.bytes.byteLength,
    annotations: { 'io.containerd.image.name': 'docker.io/team/api:1', 'org.opencontainers.image.ref.name': '1' },
  };
  const { image, reading } = await read(
    writeTar([
      ...[...made.store.blobs].map(([digest, body]) => blob(digest, body)),
      blob(made.digest, manifest?.bytes ?? Buffer.alloc(0)),
      { name: 'index.json', body: JSON.stringify({ schemaVersion: 2, manifests: [entry] }) },
      { name: 'oci-layout', body: '{"imageLayoutVersion":"1.0.0"}' },
    ]),
  );
  expect(image).toMatchObject({ digest: made.digest, names: ['docker.io/team/api:1'] });
  expect(reading.sizes.state).toBe('known');
});

test.each<[string, readonly TarSpec[], RegExp]>([
  [
    'a layer that is absent',
    [{ name: CONFIG_NAME, body: CONFIG }, { name: '1', body: first }, saved(['1', '2'])],
    /is not there|has only 0 bytes/,
  ],
  [
    'another layer than the config says',
    [{ name: CONFIG_NAME, body: CONFIG }, { name: '1', body: first }, saved(['1', '1'])],
    /has (?:other|more|only)/,
  ],
  [
    'a link loop',
    [
      { name: CONFIG_NAME, body: CONFIG },
      { name: '1', type: '2', link: '2' },
      { name: '2', type: '2', link: '1' },
      saved(['1', '2']),
    ],
    /is not there|has only 0 bytes/,
  ],
  [
    'a config that is another one',
    [
      { name: CONFIG_NAME, body: Buffer.concat([CONFIG, Buffer.from(' ')]) },
      { name: '1', body: first },
      { name: '2', body: second },
      saved(['1', '2']),
    ],
    /config .* has other bytes/,
  ],
])('%s is undecided', async (_, specs, says) => {
  const { reading } = await read(writeTar(specs));
  expect(reading.sizes).toMatchObject({ state: 'undecided', reason: expect.stringMatching(says), environment: false });
});

test('an archive that was cut behind its manifest is judged, one that was cut before is refused', async () => {
  const specs = [
    saved(['1', '2']),
    { name: CONFIG_NAME, body: CONFIG },
    { name: '1', body: first },
    { name: '2', body: second },
  ];
  const { reading } = await read(writeTar(specs).subarray(0, -3000));
  expect(reading.sizes.state).toBe('undecided');
  const cut = openDockerArchive(files, await store(writeTar(specs.toReversed()).subarray(0, 3000)));
  await expect(cut).rejects.toThrow(/cannot be read: tar stream ends inside an entry/);
});

test.each<[string, Buffer, RegExp]>([
  ['an empty archive', writeTar([]), /holds no image/],
  ['an empty file', Buffer.alloc(0), /holds no image/],
  ['a compressed one', gzipSync(writeTar([saved([])])), /is compressed/],
  ['no archive at all', Buffer.from('hello '.repeat(300)), /cannot be read/],
  ['a manifest that is no list', writeTar([{ name: 'manifest.json', body: '{}' }]), /manifest.json is not what/],
  ['a manifest without its config', writeTar([saved(['1'])]), /is not JSON/],
])('refuses %s', async (_, archive, says) => {
  const opening = openDockerArchive(files, await store(archive));
  await expect(opening).rejects.toThrow(Fault);
  await expect(openDockerArchive(files, await store(archive))).rejects.toThrow(says);
});
