import { expect, test } from '@jest/globals';
import { zstdCompressSync } from 'node:zlib';
import type { Fact } from '../../src/model/facts.ts';
import { Fault } from '../../src/model/fault.ts';
import { readImage, type ImageReading } from '../../src/image/read.ts';
import {
  compress,
  makeLayeredImage,
  makeMemoryCache,
  makeMemoryStore,
  type LayerForm,
} from '../support/layered-image.ts';
import { writeTar } from '../support/tar-writer.ts';

const PASSWD = 'root:x:0:0:root:/root:/bin/sh\napp:x:00:1000::/app:/bin/sh\nweb:x:1000:1000::/srv:\n';
const BASE = writeTar([
  { name: 'etc/', type: '5' },
  { name: 'etc/passwd', body: PASSWD },
  { name: 'etc/group', body: 'root:x:0:\nweb:x:1000:app,web\n' },
  { name: 'big', body: 'x'.repeat(5000) },
]);
const TOP = writeTar([{ name: '.wh.big' }, { name: 'new', body: 'y'.repeat(700) }]);

function value<T>(fact: Fact<T>): T {
  if (fact.state !== 'known') throw new Error(fact.reason);
  return fact.value;
}
function reason(fact: Fact<unknown>): string {
  if (fact.state === 'known') throw new Error('it is known');
  return fact.reason;
}
/** A reading with its files written out, so that two can be compared. */
function listed(reading: ImageReading): unknown {
  const files = value(reading.files);
  return { ...reading, files: { entries: [...files.entries()], texts: files.texts } };
}

test.each<[LayerForm, boolean]>([
  ['gzip', false],
  ['zstd', false],
  ['none', false],
  ['gzip', true],
  ['none', true],
])('reads %s layers, Docker media types %s', async (form, docker) => {
  const image = makeLayeredImage([BASE, TOP], { form, docker });
  const reading = await readImage(image.store, image.digest, { cache: makeMemoryCache() });
  const sizes = value(reading.sizes);
  expect(sizes.unpackedBytes).toBe(BASE.length + TOP.length);
  expect(sizes.downloadBytes).toBe(
    image.configDescriptor.size + image.layers.reduce((sum, layer) => sum + layer.size, 0),
  );
  expect(sizes.layers.map((layer) => layer.entries)).toEqual([4, 2]);
  expect(value(reading.waste)).toEqual({
    totalBodyBytes: 5000 + 700 + PASSWD.length + 29,
    wastedBytes: 5000,
    paths: [{ path: '/big', bytes: 5000, layer: 0, hiddenBy: 1, cause: 'deleted' }],
    groups: [{ layer: 0, hiddenBy: 1, cause: 'deleted', bytes: 5000, files: 1 }],
  });
  const accounts = value(reading.accounts);
  expect(accounts.passwd).toEqual([
    { name: 'root', uid: 0, gid: 0, home: '/root' },
    { name: 'app', uid: 0, gid: 1000, home: '/app' },
    { name: 'web', uid: 1000, gid: 1000, home: '/srv' },
  ]);
  expect(accounts.group).toEqual([
    { name: 'root', gid: 0, members: [] },
    { name: 'web', gid: 1000, members: ['app', 'web'] },
  ]);
});

test('a second run with the same cache opens no layer', async () => {
  const image = makeLayeredImage([BASE, TOP]);
  const cache = makeMemoryCache();
  const first = await readImage(image.store, image.digest, { cache });
  image.store.opened.length = 0;
  const second = await readImage(image.store, image.digest, { cache });
  expect(image.store.opened).toEqual([image.configDescriptor.digest]);
  expect(listed(second)).toEqual(listed(first));
});

test('images checked at the same time read a layer they share once', async () => {
  const store = makeMemoryStore();
  const images = [makeLayeredImage([BASE, TOP], {}, store), makeLayeredImage([BASE], {}, store)];
  const cache = makeMemoryCache();
  const readings = await Promise.all(images.map(({ digest }) => readImage(store, digest, { cache })));
  expect(readings.map(({ sizes }) => sizes.state)).toEqual(['known', 'known']);
  const shared = images[0]?.layers[0]?.digest ?? '';
  expect(store.opened.filter((digest) => digest === shared)).toHaveLength(1);
});

test('cached facts that are not readable any more are read again', async () => {
  const image = makeLayeredImage([BASE, TOP]);
  const cache = makeMemoryCache();
  const first = await readImage(image.store, image.digest, { cache });
  for (const key of cache.entries.keys()) cache.entries.set(key, Buffer.from('nonsense'));
  expect(listed(await readImage(image.store, image.digest, { cache }))).toEqual(listed(first));
});

test('no shadow file is kept in the cache', async () => {
  const image = makeLayeredImage([writeTar([{ name: 'etc/shadow', body: 'root:$6$secrethash:1::::::' }])]);
  const cache = makeMemoryCache();
  await readImage(image.store, image.digest, { cache });
  const cached = Buffer.concat([...cache.entries.values()]);
  expect(cached.includes('secrethash')).toBe(false);
  expect(cached.includes(Buffer.from('secrethash').toString('base64').slice(0, 10))).toBe(false);
});

test('the same blob twice counts once for the download and twice unpacked', async () => {
  const image = makeLayeredImage([BASE, TOP, BASE]);
  const { sizes } = await readImage(image.store, image.digest, { cache: makeMemoryCache() });
  expect(value(sizes).unpackedBytes).toBe(2 * BASE.length + TOP.length);
  expect(value(sizes).downloadBytes).toBe(
    image.configDescriptor.size + (image.layers[0]?.size ?? 0) + (image.layers[1]?.size ?? 0),
  );
});

test('bytes behind the end of the archive count as unpacked', async () => {
  const tar = Buffer.concat([TOP, Buffer.alloc(100_000, 7)]);
  const image = makeLayeredImage([tar]);
  const { sizes } = await readImage(image.store, image.digest, { cache: makeMemoryCache() });
  expect(value(sizes).unpackedBytes).toBe(tar.length);
});

test('an image without layers is empty, not damaged', async () => {
  const image = makeLayeredImage([]);
  const reading = await readImage(image.store, image.digest, { cache: makeMemoryCache() });
  expect(value(reading.sizes).unpackedBytes).toBe(0);
  expect(value(reading.accounts)).toEqual({ passwords: [] });
});

const multiFrame = (tar: Buffer): Buffer =>
  Buffer.concat([
    zstdCompressSync(tar.subarray(0, 700)),
    Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]),
    zstdCompressSync(tar.subarray(700)),
    Buffer.from([0x51, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2]),
  ]);

test('a zstd blob of several frames, skippable ones among them, is read to its end', async () => {
  const image = makeLayeredImage([BASE], { form: 'zstd' });
  const blob = multiFrame(BASE);
  const layer = image.store.putBlob(image.layers[0]?.mediaType ?? '', blob);
  const { digest } = image.store.putManifest('application/vnd.oci.image.manifest.v1+json', {
    config: image.configDescriptor,
    layers: [layer],
  });
  const { sizes } = await readImage(image.store, digest, { cache: makeMemoryCache() });
  expect(value(sizes).unpackedBytes).toBe(BASE.length);
});

interface Damage {
  readonly name: string;
  readonly blob: (blob: Buffer, tar: Buffer) => Buffer;
  /** The descriptor is made for the damaged bytes, so that only what is inside is wrong. */
  readonly described: boolean;
  readonly says: RegExp;
}
const DAMAGES: readonly Damage[] = [
  {
    name: 'a flipped bit',
    blob: (blob) => {
      const copy = Buffer.from(blob);
      copy[copy.length >> 1] = (copy[copy.length >> 1] ?? 0) ^ 1;
      return copy;
    },
    described: false,
    says: /has other bytes: their digest is sha256:/,
  },
  { name: 'a cut blob', blob: (blob) => blob.subarray(0, -9), described: false, says: /has only \d+ bytes/ },
  {
    name: 'a longer blob',
    blob: (blob) => Buffer.concat([blob, Buffer.from('x')]),
    described: false,
    says: /has more bytes/,
  },
  { name: 'a cut gzip stream', blob: (blob) => blob.subarray(0, -9), described: true, says: /not the gzip/ },
  { name: 'an empty blob', blob: () => Buffer.alloc(0), described: true, says: /not the gzip/ },
  {
    name: 'zstd that calls itself gzip',
    blob: (_, tar) => zstdCompressSync(tar),
    described: true,
    says: /not the gzip/,
  },
  { name: 'a plain tar that calls itself gzip', blob: (_, tar) => tar, described: true, says: /not the gzip/ },
  {
    name: 'zeros behind the gzip stream',
    blob: (blob) => Buffer.concat([blob, Buffer.alloc(300)]),
    described: true,
    says: /no gzip follow/,
  },
  {
    name: 'rubbish behind the gzip stream',
    blob: (blob) => Buffer.concat([blob, Buffer.from('rubbish')]),
    described: true,
    says: /not the gzip|no gzip follow/,
  },
  {
    name: 'another archive than the diff id says',
    blob: () => compress(writeTar([{ name: 'a', body: 'b' }]), 'gzip'),
    described: true,
    says: /unpacks to sha256:.*the config says/,
  },
  {
    name: 'a truncated archive',
    blob: (_, tar) => compress(tar.subarray(0, 3000), 'gzip'),
    described: true,
    says: /tar stream ends inside an entry/,
  },
];

test.each(DAMAGES)('$name makes what needed the layer undecided', async ({ blob, described, says }) => {
  const image = makeLayeredImage([BASE]);
  const [original] = image.layers;
  if (original === undefined) throw new Error('no layer');
  const bytes = blob(image.store.blobs.get(original.digest) ?? Buffer.alloc(0), BASE);
  const layer = described ? image.store.putBlob(original.mediaType, bytes) : original;
  if (!described) image.store.blobs.set(original.digest, bytes);
  const { digest } = image.store.putManifest('application/vnd.oci.image.manifest.v1+json', {
    config: image.configDescriptor,
    layers: [layer],
  });
  const cache = makeMemoryCache();
  const reading = await readImage(image.store, digest, { cache });
  expect(reading.image.state).toBe('known');
  for (const fact of [reading.sizes, reading.waste, reading.accounts, reading.files]) {
    expect(reason(fact)).toMatch(says);
    expect(fact).toMatchObject({ state: 'undecided', environment: false });
  }
  expect(cache.entries.size).toBe(0);
});

test('an absent layer is undecided', async () => {
  const image = makeLayeredImage([BASE]);
  image.store.blobs.delete(image.layers[0]?.digest ?? '');
  const { sizes } = await readImage(image.store, image.digest, { cache: makeMemoryCache() });
  expect(reason(sizes)).toMatch(/layer sha256:\w+ is not there/);
});

test('a layer of an unknown media type is undecided', async () => {
  const image = makeLayeredImage([BASE]);
  const { digest } = image.store.putManifest('application/vnd.oci.image.manifest.v1+json', {
    config: image.configDescriptor,
    layers: image.layers.map((layer) => ({ ...layer, mediaType: 'application/vnd.oci.image.layer.v1.tar+xz' })),
  });
  const { sizes } = await readImage(image.store, digest, { cache: makeMemoryCache() });
  expect(reason(sizes)).toMatch(/media type "application\/vnd.oci.image.layer.v1.tar\+xz"/);
});

test('a store that does not answer is the environment’s fault', async () => {
  const image = makeLayeredImage([BASE]);
  const source = {
    ...image.store,
    blob: () => Promise.reject(new Fault('the registry does not answer', { kind: 'environment' })),
  };
  const reading = await readImage(source, image.digest, { cache: makeMemoryCache() });
  expect(reading.image).toMatchObject({ state: 'undecided', environment: true });
});

test('an error of our own is no verdict', async () => {
  const image = makeLayeredImage([BASE]);
  const source = { ...image.store, manifest: () => Promise.reject(new TypeError('bug')) };
  await expect(readImage(source, image.digest, { cache: makeMemoryCache() })).rejects.toThrow('bug');
});

const ACCOUNT_TRAPS: readonly { name: string; layers: Buffer[]; names: readonly string[] | undefined }[] = [
  {
    name: 'a relative symlink',
    layers: [
      writeTar([
        { name: 'etc/passwd', type: '2', link: '../usr/lib/passwd' },
        { name: 'usr/lib/passwd', body: 'a:x:1:1::/:\n' },
      ]),
    ],
    names: ['a'],
  },
  {
    name: 'an absolute symlink into another layer',
    layers: [
      writeTar([{ name: 'data/users', body: 'b:x:1:1::/:\n' }]),
      writeTar([{ name: 'etc/passwd', type: '2', link: '/data/users' }]),
    ],
    names: ['b'],
  },
  {
    name: 'a symlink that climbs out of the root stays inside',
    layers: [
      writeTar([
        { name: 'etc/passwd', type: '2', link: '../../../../srv/users' },
        { name: 'srv/users', body: 'c:x:1:1::/:\n' },
      ]),
    ],
    names: ['c'],
  },
  {
    name: 'a folder that is a symlink',
    layers: [
      writeTar([
        { name: 'etc', type: '2', link: '/usr/etc' },
        { name: 'usr/etc/passwd', body: 'd:x:1:1::/:\n' },
      ]),
    ],
    names: ['d'],
  },
  {
    name: 'a loop of symlinks',
    layers: [
      writeTar([
        { name: 'etc/passwd', type: '2', link: 'other' },
        { name: 'etc/other', type: '2', link: 'passwd' },
      ]),
    ],
    names: undefined,
  },
  {
    name: 'a dangling symlink',
    layers: [writeTar([{ name: 'etc/passwd', type: '2', link: '/no' }])],
    names: undefined,
  },
  {
    name: 'a deleted file',
    layers: [BASE, writeTar([{ name: 'etc/.wh.passwd' }])],
    names: undefined,
  },
  {
    name: 'a replaced file',
    layers: [BASE, writeTar([{ name: './etc//passwd', body: 'e:x:1:1::/:' }])],
    names: ['e'],
  },
  {
    name: 'a hard link to another name',
    layers: [
      writeTar([
        { name: 'etc/users', body: 'f:x:1:1::/:' },
        { name: 'etc/passwd', type: '1', link: 'etc/users' },
      ]),
    ],
    names: ['f'],
  },
  {
    name: 'the last of two entries in one layer',
    layers: [
      writeTar([
        { name: 'etc/passwd', body: 'old:x:1:1::/:' },
        { name: 'etc/passwd', body: 'new:x:1:1::/:' },
      ]),
    ],
    names: ['new'],
  },
];

test.each(ACCOUNT_TRAPS)('finds /etc/passwd through $name', async ({ layers, names }) => {
  const image = makeLayeredImage(layers);
  const { accounts } = await readImage(image.store, image.digest, { cache: makeMemoryCache() });
  expect(value(accounts).passwd?.map((account) => account.name)).toEqual(names);
});

test('a huge passwd is no account file', async () => {
  const image = makeLayeredImage([writeTar([{ name: 'etc/passwd', body: 'x'.repeat(2 ** 20 + 1) }])]);
  const { accounts, sizes } = await readImage(image.store, image.digest, { cache: makeMemoryCache() });
  expect(reason(accounts)).toMatch(/larger than 1 MiB/);
  expect(sizes.state).toBe('known');
});
