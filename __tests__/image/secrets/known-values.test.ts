import { expect, test } from '@jest/globals';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { part } from '../../../script/secrets.d/sample.ts';
import { searchCache } from '../../../src/image/secrets/known-cache.ts';
import { makeKnownSearch } from '../../../src/image/secrets/known-forms.ts';
import { findKnown, searchKnown } from '../../../src/image/secrets/known-search.ts';
import { readImage } from '../../../src/image/read.ts';
import type { KnownValue } from '../../../src/model/known-values.ts';
import { makeLayeredImage, makeMemoryCache } from '../../support/layered-image.ts';
import { writeTar } from '../../support/tar-writer.ts';

const VALUE = part('Tr0ub4dor&3/horse+staple "x"');
const SECRET: KnownValue = { name: 'build secret db', value: VALUE };
const base64 = (text: string) => Buffer.from(text).toString('base64');

async function search(values: readonly KnownValue[] = [SECRET]) {
  return makeKnownSearch(values, makeMemoryCache());
}

test.each<[string, Buffer]>([
  ['as it stands', Buffer.from(`password: ${VALUE}\n`)],
  ['base64', Buffer.from(base64(VALUE))],
  ['base64 one byte in', Buffer.from(base64(`:${VALUE}`))],
  ['base64 two bytes in', Buffer.from(base64(`u:${VALUE}:x`))],
  ['base64url', Buffer.from(Buffer.from(`u:${VALUE}`).toString('base64url'))],
  ['hexadecimal', Buffer.from(Buffer.from(VALUE).toString('hex'))],
  ['HEXADECIMAL', Buffer.from(Buffer.from(VALUE).toString('hex').toUpperCase())],
  ['a URL', Buffer.from(`https://u:${encodeURIComponent(VALUE)}@db/`)],
  ['a form', Buffer.from(new URLSearchParams({ password: VALUE }).toString())],
  ['JSON', Buffer.from(JSON.stringify({ password: VALUE }))],
  ['UTF-16', Buffer.from(VALUE, 'utf16le')],
  ['UTF-16, big end first', Buffer.from(VALUE, 'utf16le').swap16()],
])('finds a value written as %s', async (_form, bytes) => {
  expect(findKnown(await search(), bytes)).toEqual([SECRET.name]);
});

test.each<[string, Buffer]>([
  ['another value', Buffer.from(VALUE.replace('3', '4'))],
  ['half of it', Buffer.from(VALUE.slice(0, 12))],
  ['nothing', Buffer.alloc(0)],
])('does not find %s', async (_case, bytes) => {
  expect(findKnown(await search(), bytes)).toEqual([]);
});

test('a short value is not searched for, and its name is told', async () => {
  const known = await search([{ name: 'variable PIN', value: '1234567' }, SECRET]);
  expect([known.searched, known.unsearched]).toEqual([[SECRET.name], ['variable PIN']]);
});

test('of a secret that is a file, the token in it is found without its line', async () => {
  const token = part('kR7vQ2mX9pL4wN8zB3cF6hJ1sT5yD0gA2eU7iO9q');
  const file = {
    name: 'build secret npmrc',
    value: `registry=https://registry.npmjs.org/\n//r/:_authToken=${token}\n`,
  };
  expect(findKnown(await search([file]), Buffer.from(`{"token":"${token}"}`))).toEqual([file.name]);
  expect(findKnown(await search([file]), Buffer.from('registry=https://registry.npmjs.org/'))).toEqual([]);
});

test.each([1, 7, 64, 4096])('finds it across pieces of %i bytes, in names and in archives', async (step) => {
  const files = searchKnown(await search());
  const feed = (name: string, body: Buffer): void => {
    files.open(name, body.length);
    for (let at = 0; at < body.length; at += step) files.body(body, at, Math.min(body.length, at + step));
    files.close();
  };
  feed('app/plain', Buffer.from(`${'x'.repeat(100)}${VALUE}${'y'.repeat(100)}`));
  feed(`cache/${base64(VALUE).replaceAll('/', '_').replaceAll('+', '-')}`, Buffer.alloc(0));
  feed('var/log.gz', gzipSync(`using ${VALUE}`));
  feed('app/clean', Buffer.from('nothing'));
  expect(files.found().map(({ path }) => path)).toEqual([
    '/app/plain',
    expect.stringMatching(/^\/cache\//),
    '/var/log.gz',
  ]);
});

const LEAK = writeTar([{ name: 'app/key', body: VALUE }]);
const GONE = writeTar([{ name: 'app/.wh.key' }]);

test('an image is searched whole: deleted files, history, attestations; what is kept says no value', async () => {
  const cache = makeMemoryCache();
  const known = await makeKnownSearch([SECRET], cache);
  const image = makeLayeredImage([LEAK, GONE], {
    history: [{ created_by: 'COPY' }, { created_by: `RUN curl ${encodeURIComponent(VALUE)}` }],
  });
  const { knownHits } = await readImage(image.store, image.digest, { cache, known });
  expect(knownHits).toEqual({
    state: 'known',
    value: [
      { name: SECRET.name, where: '/app/key', layer: 0 },
      { name: SECRET.name, where: 'the image’s config and history' },
    ],
  });
  for (const [key, value] of cache.entries) {
    expect(key).not.toContain(VALUE);
    expect(Buffer.from(value).includes(VALUE)).toBe(false);
  }
});

test('a value that is new reads the layers once more; one made for this run does not', async () => {
  const cache = makeMemoryCache();
  const image = makeLayeredImage([LEAK]);
  const layersRead = async (values: readonly KnownValue[]): Promise<number> => {
    image.store.opened.length = 0;
    const known = await makeKnownSearch(values, cache);
    await readImage(image.store, image.digest, { cache, known });
    return image.store.opened.filter((digest) => digest !== image.configDescriptor.digest).length;
  };
  const other = { name: 'variable OTHER', value: part('quite-another-value') };
  const token = { name: 'variable GITHUB_TOKEN', value: part('made-for-this-run'), passing: true };
  expect(await layersRead([other])).toBe(1);
  expect(await layersRead([other])).toBe(0);
  expect(await layersRead([other, token])).toBe(0);
  expect(await layersRead([other, SECRET])).toBe(1);
});

test('an exported cache is searched, layers of other stages included, each once', async () => {
  const cache = makeMemoryCache();
  const known = await makeKnownSearch([SECRET], cache);
  const exported = makeLayeredImage([LEAK, GONE]);
  expect(await searchCache(exported.store, exported.digest, cache, known)).toEqual([SECRET.name]);
  exported.store.opened.length = 0;
  expect(await searchCache(exported.store, exported.digest, cache, known)).toEqual([SECRET.name]);
  expect(exported.store.opened).toEqual([exported.configDescriptor.digest]);
  const clean = makeLayeredImage([GONE]);
  expect(await searchCache(clean.store, clean.digest, cache, known)).toEqual([]);
});

test('members of a zip are searched', async () => {
  const files = searchKnown(await search());
  const packed = deflateRawSync(Buffer.from(VALUE));
  const head = Buffer.alloc(30);
  head.write('PK\x03\x04', 'latin1');
  head.writeUInt16LE(8, 8);
  head.writeUInt32LE(packed.length, 18);
  head.writeUInt16LE(1, 26);
  const zip = Buffer.concat([head, Buffer.from('k'), packed]);
  files.open('x.zip', zip.length);
  files.body(zip, 0, zip.length);
  files.close();
  expect(files.found()).toEqual([{ name: SECRET.name, path: '/x.zip!k' }]);
});
