import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readImage } from '../../src/image/read.ts';
import { startLoopbackRegistry, type LoopbackRegistry } from '../../src/io/loopback-registry.ts';
import { digestOf } from '../../src/model/digest.ts';
import { makeLayeredImage, makeMemoryCache } from '../support/layered-image.ts';
import { writeTar } from '../support/tar-writer.ts';

let directory = '';
let registry: LoopbackRegistry;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-loopback-'));
  registry = await startLoopbackRegistry(directory);
});
afterEach(async () => {
  await registry.close();
  await rm(directory, { recursive: true, force: true });
});

function urlOf(path: string): string {
  const slash = registry.repository.indexOf('/');
  return `http://${registry.repository.slice(0, slash)}/v2${registry.repository.slice(slash)}/${path}`;
}
function resolveLocation(response: Response): URL {
  return new URL(response.headers.get('location') ?? '', urlOf(''));
}
async function upload(bytes: Buffer, pieces: number, digest: string = digestOf(bytes)): Promise<Response> {
  const begun = await fetch(urlOf('blobs/uploads/?mount=sha256:x&from=other'), { method: 'POST' });
  expect(begun.status).toBe(202);
  let location = resolveLocation(begun);
  const step = Math.ceil(bytes.length / (pieces + 1));
  for (let piece = 0; piece < pieces; piece += 1) {
    const patched = await fetch(location, { method: 'PATCH', body: bytes.subarray(piece * step, (piece + 1) * step) });
    expect(patched.status).toBe(202);
    location = resolveLocation(patched);
  }
  location.searchParams.set('digest', digest);
  return fetch(location, { method: 'PUT', body: bytes.subarray(pieces * step) });
}

test.each([0, 1, 3])('takes an image in %i pieces and hands it out again', async (pieces) => {
  const image = makeLayeredImage([writeTar([{ name: 'a', body: 'b'.repeat(2000) }])]);
  for (const { digest, size } of [image.configDescriptor, ...image.layers]) {
    expect((await fetch(urlOf(`blobs/${digest}`), { method: 'HEAD' })).status).toBe(404);
    expect((await upload(image.store.blobs.get(digest) ?? Buffer.alloc(0), pieces)).status).toBe(201);
    const head = await fetch(urlOf(`blobs/${digest}`), { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(size)]);
    const body = Buffer.from(await (await fetch(urlOf(`blobs/${digest}`))).arrayBuffer());
    expect(digestOf(body)).toBe(digest);
  }
  const manifest = image.store.manifests.get(image.digest);
  if (manifest === undefined) throw new Error('no manifest');
  const put = await fetch(urlOf('manifests/push-1'), {
    method: 'PUT',
    body: manifest.bytes as Uint8Array<ArrayBuffer>,
    headers: { 'content-type': manifest.mediaType },
  });
  expect([put.status, put.headers.get('docker-content-digest')]).toEqual([201, image.digest]);
  expect(registry.tagged('push-1')?.digest).toBe(image.digest);
  const got = await fetch(urlOf(`manifests/${image.digest}`));
  expect([got.headers.get('content-type'), digestOf(await got.text())]).toEqual([manifest.mediaType, image.digest]);
  const reading = await readImage(registry.source, image.digest, { cache: makeMemoryCache() });
  expect(reading.sizes.state).toBe('known');
});

test('an upload with another digest is refused and leaves nothing', async () => {
  expect((await upload(Buffer.from('x'), 1, digestOf('y'))).status).toBe(400);
  expect((await upload(Buffer.from('x'), 0, 'sha256:../../etc/passwd')).status).toBe(400);
  expect(await readdir(directory)).toEqual(['blobs']);
  expect(await readdir(join(directory, 'blobs', 'sha256'))).toEqual([]);
});

test('a manifest under a digest that is not its own is refused', async () => {
  const put = await fetch(urlOf(`manifests/${digestOf('other')}`), { method: 'PUT', body: '{}' });
  expect(put.status).toBe(400);
});

test.each([
  ['another repository', '../other/manifests/x'],
  ['an unknown manifest', 'manifests/none'],
  ['a blob name that is a path', 'blobs/..%2f..%2findex'],
  ['an unknown route', 'tags/list'],
])('%s is not found', async (_, path) => {
  expect((await fetch(urlOf(path))).status).toBe(404);
});

test('an upload nobody began is not found', async () => {
  expect((await fetch(urlOf('blobs/uploads/none'), { method: 'PATCH', body: 'x' })).status).toBe(404);
});

test('it listens on loopback alone, and says it is a registry', async () => {
  expect(registry.repository).toMatch(/^127\.0\.0\.1:\d+\/slipway-run-[0-9a-f]{24}$/);
  const root = await fetch(`http://${registry.repository.replace(/\/.*/, '')}/v2/`);
  expect(root.status).toBe(200);
});
