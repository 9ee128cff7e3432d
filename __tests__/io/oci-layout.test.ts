import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readImage } from '../../src/image/read.ts';
import { blobPath } from '../../src/io/blob-file.ts';
import { makeFiles } from '../../src/io/files.ts';
import { listLayoutImages, openLayoutSink, openLayoutSource } from '../../src/io/oci-layout.ts';
import type { ImageSink } from '../../src/model/effects.ts';
import type { StoredManifest } from '../../src/model/image.ts';
import { makeLayeredImage, makeMemoryCache, type LayeredImage } from '../support/layered-image.ts';
import { writeTar } from '../support/tar-writer.ts';

const files = makeFiles({ temporary: tmpdir() });
let directory = '';
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'slipway-layout-')), 'oci');
});
afterEach(async () => {
  await rm(join(directory, '..'), { recursive: true, force: true });
});

const imageOf = (body: string): LayeredImage => makeLayeredImage([writeTar([{ name: 'a', body }])]);

function manifestOf(image: LayeredImage): StoredManifest {
  const stored = image.store.manifests.get(image.digest);
  if (stored === undefined) throw new Error('no manifest');
  return stored;
}
async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes.subarray(0, 3));
  yield bytes.subarray(3);
}
async function publish(image: LayeredImage, sink: ImageSink, tag: string): Promise<void> {
  for (const blob of [image.configDescriptor, ...image.layers]) {
    if (await sink.hasBlob(blob)) continue;
    await sink.putBlob(blob, () => Promise.resolve(chunksOf(image.store.blobs.get(blob.digest) ?? Buffer.alloc(0))));
  }
  await sink.putManifest(image.digest, manifestOf(image));
  await sink.putManifest(tag, manifestOf(image));
}

test('what is written is read back, by digest and by name', async () => {
  const image = imageOf('hello');
  const sink = openLayoutSink(directory, files, 'api');
  expect(await sink.head('main')).toBeUndefined();
  expect(await sink.hasBlob(image.configDescriptor)).toBe(false);
  await publish(image, sink, 'main');
  const head = { digest: image.digest, mediaType: manifestOf(image).mediaType };
  expect(await sink.head('main')).toEqual(head);
  expect(await sink.head(image.digest)).toEqual(head);
  expect((await sink.manifest('main'))?.digest).toBe(image.digest);
  expect(await sink.listTags()).toEqual(['main']);
  const source = openLayoutSource(directory);
  expect((await source.manifest('api:main'))?.digest).toBe(image.digest);
  expect(await source.manifest('main')).toBeUndefined();
  const reading = await readImage(source, image.digest, { cache: makeMemoryCache() });
  expect(reading.sizes).toMatchObject({ state: 'known', value: { unpackedBytes: 2048 } });
  expect(JSON.parse(await readFile(join(directory, 'oci-layout'), 'utf8'))).toEqual({ imageLayoutVersion: '1.0.0' });
  expect(JSON.parse(await readFile(join(directory, 'index.json'), 'utf8'))).toEqual({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      {
        mediaType: head.mediaType,
        digest: image.digest,
        size: manifestOf(image).bytes.byteLength,
        annotations: { 'org.opencontainers.image.ref.name': 'api:main' },
      },
    ],
  });
});

test('several images share a layout and a moved tag moves', async () => {
  const [first, second] = [imageOf('one'), imageOf('two')];
  await publish(first, openLayoutSink(directory, files, 'api'), 'main');
  await publish(second, openLayoutSink(directory, files, 'worker'), 'main');
  await publish(second, openLayoutSink(directory, files, 'api'), 'main');
  expect(await listLayoutImages(directory)).toMatchObject([
    { digest: second.digest, names: ['worker:main', 'api:main'] },
  ]);
});

test('twelve writers at once lose no name', async () => {
  const image = imageOf('x');
  const names = Array.from({ length: 12 }, (_, index) => `image${String(index)}`);
  await Promise.all(names.map((name) => publish(image, openLayoutSink(directory, files, name), 'main')));
  const listed = (await listLayoutImages(directory)).flatMap(({ names: found }) => found);
  expect(listed.sort()).toEqual(names.map((name) => `${name}:main`).sort());
  expect((await readdir(join(directory, 'blobs', 'sha256'))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('a blob of the wrong length is not there, and written again', async () => {
  const image = imageOf('hello');
  const sink = openLayoutSink(directory, files);
  await publish(image, sink, 'main');
  await writeFile(blobPath(directory, image.configDescriptor.digest), 'short');
  expect(await sink.hasBlob(image.configDescriptor)).toBe(false);
  await publish(image, sink, 'main');
  expect(await sink.hasBlob(image.configDescriptor)).toBe(true);
});

test('a damaged manifest is not there, and written again', async () => {
  const image = imageOf('hello');
  const sink = openLayoutSink(directory, files);
  await publish(image, sink, 'main');
  await writeFile(blobPath(directory, image.digest), '{}');
  expect(await sink.head('main')).toBeUndefined();
  await publish(image, sink, 'main');
  expect(await sink.head('main')).toMatchObject({ digest: image.digest });
});

test('a blob that ends early leaves nothing behind', async () => {
  const image = imageOf('hello');
  const sink = openLayoutSink(directory, files);
  const put = sink.putBlob(image.configDescriptor, () => Promise.resolve(chunksOf(Buffer.from('short'))));
  await expect(put).rejects.toThrow(/came with 5 of \d+ bytes/);
  expect(await readdir(join(directory, 'blobs', 'sha256'))).toEqual([]);
});

test('a lock left by a killed writer is broken', async () => {
  await mkdir(directory, { recursive: true });
  const lock = join(directory, 'index.json.lock');
  await writeFile(lock, '');
  await utimes(lock, new Date(0), new Date(0));
  await publish(imageOf('x'), openLayoutSink(directory, files), 'main');
  expect(await readdir(directory)).toEqual(['blobs', 'index.json', 'oci-layout']);
});

test('entries that other programs wrote stay as they are', async () => {
  const foreign = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: `sha256:${'a'.repeat(64)}`,
    size: 7,
    platform: { os: 'linux', architecture: 'amd64' },
    annotations: { 'org.opencontainers.image.ref.name': 'theirs', other: 'kept' },
  };
  await publish(imageOf('x'), openLayoutSink(directory, files), 'main');
  const index = JSON.parse(await readFile(join(directory, 'index.json'), 'utf8')) as { manifests: object[] };
  index.manifests.unshift(foreign);
  await writeFile(join(directory, 'index.json'), JSON.stringify({ ...index, annotations: { a: 'b' } }));
  await publish(imageOf('y'), openLayoutSink(directory, files), 'main');
  expect(JSON.parse(await readFile(join(directory, 'index.json'), 'utf8'))).toMatchObject({
    annotations: { a: 'b' },
    manifests: [foreign, {}],
  });
});

test.each([
  ['a folder that is no layout', undefined, 'there is no OCI layout'],
  ['a layout of another version', '{"imageLayoutVersion":"2.0.0"}', 'has version "2.0.0"'],
  ['a marker that is no JSON', 'x', 'not what an OCI layout has there'],
])('%s is a Fault', async (_, marker, says) => {
  await mkdir(directory, { recursive: true });
  if (marker !== undefined) await writeFile(join(directory, 'oci-layout'), marker);
  await expect(openLayoutSource(directory).manifest('x')).rejects.toThrow(says);
});
