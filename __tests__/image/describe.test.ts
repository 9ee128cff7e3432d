import { expect, test } from '@jest/globals';
import { describeImage } from '../../src/image/describe.ts';
import { DamagedContent } from '../../src/image/damage.ts';
import { Fault } from '../../src/model/fault.ts';
import type { Descriptor } from '../../src/model/image.ts';
import type { Digest } from '../../src/model/digest.ts';
import {
  CONFIG_TYPE,
  INDEX_TYPE,
  makeLayeredImage,
  makeMemoryStore,
  MANIFEST_TYPE,
  type LayeredImage,
  type MemoryStore,
} from '../support/layered-image.ts';
import { writeTar } from '../support/tar-writer.ts';

const TAR = writeTar([{ name: 'a', body: 'a' }]);
const OTHER = writeTar([{ name: 'b', body: 'b' }]);
const MANIFEST_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';

function imageFor(architecture: string, store: MemoryStore, variant?: string): LayeredImage {
  const platform = { os: 'linux', architecture, ...(variant === undefined ? {} : { variant }) };
  return makeLayeredImage([Buffer.concat([TAR, Buffer.from(architecture)])], { platform }, store);
}
function entryOf(image: LayeredImage, more: object = {}): object {
  const stored = image.store.manifests.get(image.digest);
  return { mediaType: stored?.mediaType, digest: image.digest, size: stored?.bytes.byteLength, ...more };
}
function attestationOf(store: MemoryStore, about: Digest): object {
  const config = store.putBlob(
    CONFIG_TYPE,
    Buffer.from('{"architecture":"unknown","os":"unknown","rootfs":{"type":"layers"}}'),
  );
  const manifest = store.putManifest(MANIFEST_TYPE, { config, layers: [] });
  return {
    ...manifest,
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': about },
    platform: { os: 'unknown', architecture: 'unknown' },
  };
}
function artifactOf(store: MemoryStore, subject: object, named: boolean): Descriptor {
  const config = store.putBlob('application/vnd.oci.empty.v1+json', Buffer.from('{}'));
  const artifactType = 'application/vnd.docker.attestation.manifest.v1+json';
  const manifest = store.putManifest(MANIFEST_TYPE, { artifactType, config, layers: [], subject });
  return named ? { ...manifest, artifactType } : manifest;
}

test('a bare manifest is described by its config', async () => {
  const image = makeLayeredImage([TAR], { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } });
  const described = await describeImage(image.store, image.digest);
  expect(described.digests).toEqual({ manifest: image.digest, config: image.configDescriptor.digest });
  expect(described.platform).toEqual({ os: 'linux', architecture: 'arm64', variant: 'v8' });
  expect(described.attestations).toEqual([]);
  expect(described.layers).toEqual([{ ...image.layers[0], diffId: image.diffIds[0], base: false }]);
});

test.each([
  ['annotated', (store: MemoryStore, image: LayeredImage) => attestationOf(store, image.digest)],
  [
    'an artifact whose descriptor says so',
    (store: MemoryStore, image: LayeredImage) => artifactOf(store, entryOf(image), true),
  ],
  [
    'an artifact that only its manifest tells',
    (store: MemoryStore, image: LayeredImage) => artifactOf(store, entryOf(image), false),
  ],
])('an attestation is set aside: %s', async (_, makeAttestation) => {
  const store = makeMemoryStore();
  const image = imageFor('amd64', store);
  const attestation = makeAttestation(store, image);
  const { digest } = store.putManifest(INDEX_TYPE, { manifests: [attestation, entryOf(image)] });
  const described = await describeImage(store, digest, { platform: 'linux/amd64' });
  expect(described.digests).toMatchObject({ index: digest, manifest: image.digest });
  expect(described.attestations).toMatchObject([{ digest: (attestation as Descriptor).digest }]);
});

test.each([INDEX_TYPE, MANIFEST_LIST])('chooses the platform from %s, never reading the others', async (mediaType) => {
  const store = makeMemoryStore();
  const [amd64, arm64] = [imageFor('amd64', store), imageFor('arm64', store, 'v8')];
  const { digest } = store.putManifest(mediaType, {
    manifests: [
      entryOf(amd64, { platform: { os: 'linux', architecture: 'amd64' } }),
      entryOf(arm64, { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } }),
      attestationOf(store, amd64.digest),
      attestationOf(store, arm64.digest),
    ],
  });
  store.manifests.delete(amd64.digest);
  const described = await describeImage(store, digest, { platform: 'linux/arm64' });
  expect(described.digests.manifest).toBe(arm64.digest);
  expect(described.attestations).toHaveLength(1);
});

test('a nested index is followed', async () => {
  const store = makeMemoryStore();
  const image = imageFor('amd64', store);
  const inner = store.putManifest(INDEX_TYPE, { manifests: [entryOf(image)] });
  const { digest } = store.putManifest(INDEX_TYPE, { manifests: [inner] });
  expect((await describeImage(store, digest)).digests).toMatchObject({ index: digest, manifest: image.digest });
});

test('the only image of an index is described even when it is of another platform', async () => {
  const store = makeMemoryStore();
  const image = imageFor('arm64', store);
  const { digest } = store.putManifest(INDEX_TYPE, {
    manifests: [entryOf(image, { platform: { os: 'linux', architecture: 'arm64' } })],
  });
  const described = await describeImage(store, digest, { platform: 'linux/amd64' });
  expect(described.platform.architecture).toBe('arm64');
});

test('several images without a wanted platform are the user’s to choose from', async () => {
  const store = makeMemoryStore();
  const images = ['amd64', 's390x'].map((architecture) => imageFor(architecture, store));
  const { digest } = store.putManifest(INDEX_TYPE, { manifests: images.map((image) => entryOf(image)) });
  await expect(describeImage(store, digest)).rejects.toThrow('several images: linux/amd64, linux/s390x');
  await expect(describeImage(store, digest, { platform: 'linux' })).rejects.toThrow('not os/architecture');
});

test('the config is read with null fields as empty and engine defaults for the health check', async () => {
  const image = makeLayeredImage([TAR], {
    config: {
      User: 'app',
      Entrypoint: null,
      Cmd: ['serve'],
      Env: null,
      Labels: null,
      ExposedPorts: { '8080/tcp': {} },
      Volumes: { '/data': {} },
      Healthcheck: { Test: ['CMD-SHELL', 'curl -f localhost'], Interval: 5_000_000_000, Retries: 0 },
      Shell: ['/bin/bash', '-c'],
    },
  });
  const { config } = await describeImage(image.store, image.digest);
  expect(config).toEqual({
    user: 'app',
    entrypoint: [],
    command: ['serve'],
    env: [],
    labels: {},
    workingDirectory: '',
    exposedPorts: ['8080/tcp'],
    volumes: ['/data'],
    stopSignal: '',
    healthcheck: {
      test: ['CMD-SHELL', 'curl -f localhost'],
      interval: 5000,
      timeout: 30_000,
      startPeriod: 0,
      startInterval: 5000,
      retries: 3,
    },
    shell: ['/bin/bash', '-c'],
  });
});

test.each([
  [
    'mapped',
    [{ created_by: 'FROM' }, { created_by: 'ENV', empty_layer: true }, { created_by: 'COPY' }],
    ['FROM', 'COPY'],
  ],
  ['not mapped when it counts other layers', [{ created_by: 'FROM' }], [undefined, undefined]],
  ['not mapped when there is none', undefined, [undefined, undefined]],
])('history is %s', async (_, history, expected) => {
  const image = makeLayeredImage([TAR, OTHER], history === undefined ? {} : { history });
  const { layers } = await describeImage(image.store, image.digest);
  expect(layers.map((layer) => layer.instruction)).toEqual(expected);
});

test('base layers are the longest common diff-id prefix', async () => {
  const image = makeLayeredImage([TAR, OTHER, TAR]);
  const [first, second] = image.diffIds;
  if (first === undefined || second === undefined) throw new Error('no layers');
  const split = async (baseDiffIds: readonly Digest[] | undefined) =>
    (await describeImage(image.store, image.digest, { baseDiffIds })).layers.map((layer) => layer.base);
  expect(await split([first, second])).toEqual([true, true, false]);
  expect(await split([first, first])).toEqual([true, false, false]);
  expect(await split([second])).toEqual([false, false, false]);
  expect(await split([...image.diffIds, first])).toEqual([true, true, true]);
  expect(await split(undefined)).toEqual([false, false, false]);
  const { baseSource } = await describeImage(image.store, image.digest, { baseDiffIds: [first], baseSource: 'debian' });
  expect(baseSource).toBe('1 layers in common with debian');
});

const DAMAGES: readonly (readonly [string, (image: LayeredImage) => Digest, RegExp])[] = [
  ['a manifest that is not there', () => `sha256:${'0'.repeat(64)}`, /manifest sha256:0+ is not there/],
  [
    'other manifest bytes',
    (image) => {
      const stored = image.store.manifests.get(image.digest);
      if (stored !== undefined) image.store.manifests.set(image.digest, { ...stored, bytes: Buffer.from('{}') });
      return image.digest;
    },
    /has other bytes/,
  ],
  ['no JSON', (image) => putRaw(image, MANIFEST_TYPE, 'nonsense'), /is not JSON/],
  [
    'a manifest without layers',
    (image) => image.store.putManifest(MANIFEST_TYPE, { config: image.configDescriptor }).digest,
    /not what its media type says: layers/,
  ],
  ['a foreign media type', (image) => putRaw(image, 'application/pdf', '{}'), /media type "application\/pdf"/],
  [
    'an empty index',
    (image) => image.store.putManifest(INDEX_TYPE, { manifests: [] }).digest,
    /no image for any platform/,
  ],
  [
    'a wrong size in the index',
    (image) => image.store.putManifest(INDEX_TYPE, { manifests: [{ ...entryOf(image), size: 3 }] }).digest,
    /its descriptor says 3/,
  ],
  [
    'an absent config',
    (image) => {
      image.store.blobs.delete(image.configDescriptor.digest);
      return image.digest;
    },
    /config sha256:\w+ is not there/,
  ],
  [
    'another config',
    (image) => {
      image.store.blobs.set(image.configDescriptor.digest, Buffer.alloc(image.configDescriptor.size, ' '));
      return image.digest;
    },
    /config sha256:\w+ has other bytes/,
  ],
  [
    'fewer diff ids than layers',
    (image) => image.store.putManifest(MANIFEST_TYPE, { config: image.configDescriptor, layers: [] }).digest,
    /has 0 layers, its config has 1 diff ids/,
  ],
  [
    'a huge config',
    (image) =>
      image.store.putManifest(MANIFEST_TYPE, { config: { ...image.configDescriptor, size: 2 ** 30 }, layers: [] })
        .digest,
    /larger than 16 MiB/,
  ],
  ['an index in itself, too deep', nestDeep, /nests deeper/],
];

function putRaw(image: LayeredImage, mediaType: string, text: string): Digest {
  const { digest } = image.store.putBlob(mediaType, Buffer.from(text));
  image.store.manifests.set(digest, { bytes: Buffer.from(text), mediaType, digest });
  return digest;
}
function nestDeep(image: LayeredImage): Digest {
  let entry = entryOf(image);
  for (let depth = 0; depth < 6; depth += 1) entry = image.store.putManifest(INDEX_TYPE, { manifests: [entry] });
  return (entry as Descriptor).digest;
}

test.each(DAMAGES)('%s is damaged content', async (_, damage, says) => {
  const image = makeLayeredImage([TAR]);
  const digest = damage(image);
  await expect(describeImage(image.store, digest)).rejects.toThrow(says);
  await expect(describeImage(image.store, digest)).rejects.toBeInstanceOf(DamagedContent);
});

test('a store that does not answer stays the environment’s fault', async () => {
  const image = makeLayeredImage([TAR]);
  const fault = new Fault('no answer', { kind: 'environment' });
  const source = { ...image.store, manifest: () => Promise.reject(fault) };
  await expect(describeImage(source, image.digest)).rejects.toBe(fault);
});
