import { expect, test } from '@jest/globals';
import { makeCarriedFacts } from '../../src/io/carried-facts.ts';
import { makeMemoryCache } from '../support/memory-cache.ts';

const KEY = 'layer-facts/v1/gzip/sha256:a';
const text = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : Buffer.from(value).toString('utf8');

test('what was brought serves this process, stays out of the folder, and gives way to what this machine finds', async () => {
  const folder = makeMemoryCache();
  const { cache, carried } = makeCarriedFacts(folder);
  carried.bring(
    new Map([
      [KEY, Buffer.from('theirs')],
      ['tools/buildx', Buffer.from('no fact about a blob')],
    ]),
  );
  expect([text(await cache.get(KEY)), carried.lent()]).toEqual(['theirs', 1]);
  expect(await cache.get('tools/buildx')).toBeUndefined();
  expect(await folder.get(KEY)).toBeUndefined();
  await cache.put(KEY, Buffer.from('ours'));
  expect([text(await cache.get(KEY)), text(carried.used().get(KEY)), carried.lent()]).toEqual(['ours', 'ours', 0]);
});

test('only facts about blobs leave the machine, and no more than is worth it', async () => {
  const { cache, carried } = makeCarriedFacts(makeMemoryCache());
  await cache.put('known-values/v1/of-a-secret', Buffer.from('x'));
  await cache.put('known-values/none/v1/sha256:a', Buffer.from('[]'));
  await cache.put(`${KEY}1`, Buffer.alloc(2 ** 26));
  await cache.put(`${KEY}2`, Buffer.alloc(2 ** 26));
  await cache.put(`${KEY}3`, Buffer.from('small'));
  expect([...carried.used().keys()]).toEqual(['known-values/none/v1/sha256:a', `${KEY}1`, `${KEY}3`]);
});
