import { expect, test } from '@jest/globals';
import { part } from '../../../script/secrets.d/sample.ts';
import { gzipSync } from 'node:zlib';
import { readImage } from '../../../src/image/read.ts';
import { makeLayeredImage, makeMemoryCache } from '../../support/layered-image.ts';
import { writeTar } from '../../support/tar-writer.ts';

const TOKEN = `gh${part('p')}_${part('aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6')}`;
const HOLDING = writeTar([
  { name: 'app/', type: '5' },
  { name: 'app/main.py', body: `token = "${TOKEN}"\n` },
  { name: 'app/logs.gz', body: gzipSync(`using ${TOKEN}\n`) },
]);
const DELETING = writeTar([{ name: 'app/.wh.main.py' }]);

async function read(tars: readonly Buffer[], base = 0, cache = makeMemoryCache()) {
  const image = makeLayeredImage(tars);
  const baseDiffIds = image.diffIds.slice(0, base);
  const { secrets } = await readImage(image.store, image.digest, { cache, baseDiffIds });
  if (secrets.state !== 'known') throw new Error(secrets.reason);
  return { secrets: secrets.value, cache, image };
}

test('a deleted file is found, with the layer that deletes it', async () => {
  const { secrets } = await read([HOLDING, DELETING]);
  expect(secrets.hits).toEqual([
    expect.objectContaining({
      path: '/app/main.py',
      kind: 'GitHub token',
      layer: 0,
      hiddenBy: 1,
      masked: 'ghp_********',
    }),
    expect.objectContaining({ path: '/app/logs.gz', kind: 'GitHub token', layer: 0 }),
  ]);
  expect(secrets.hits[1]).not.toHaveProperty('hiddenBy');
});

test('what is kept between runs holds no secret, and a second run finds the same without reading', async () => {
  const { secrets, cache, image } = await read([HOLDING, DELETING]);
  for (const value of cache.entries.values()) {
    expect(Buffer.from(value).includes(TOKEN)).toBe(false);
    expect(Buffer.from(value).includes(TOKEN.slice(4, 20))).toBe(false);
  }
  image.store.opened.length = 0;
  const again = await readImage(image.store, image.digest, { cache });
  expect(again.secrets).toEqual({ state: 'known', value: secrets });
  expect(image.store.opened).toEqual([image.configDescriptor.digest]);
});

test('layers of the base image are not searched until another image counts them as its own', async () => {
  const { secrets, cache } = await read([HOLDING, DELETING], 1);
  expect(secrets).toEqual({ hits: [], cut: [], searchedLayers: 1, baseLayers: 1 });
  expect((await read([HOLDING, DELETING], 0, cache)).secrets.hits).toHaveLength(2);
});

test('bytes behind the end of the archive are searched', async () => {
  const { secrets } = await read([
    Buffer.concat([HOLDING.subarray(0, 512), Buffer.alloc(1024), Buffer.from(` ${TOKEN} `)]),
  ]);
  expect(secrets.hits.map(({ path }) => path)).toEqual(['/(behind the end of the archive)']);
});

test('a layer with too many is cut, and says so', async () => {
  const many = Array.from({ length: 60 }, (_each, index) => TOKEN.slice(0, -2) + String(10 + index)).join('\n');
  const { secrets } = await read([writeTar([{ name: 'many.txt', body: many }])]);
  expect(secrets.hits).toHaveLength(50);
  expect(secrets.cut).toEqual([0]);
});
