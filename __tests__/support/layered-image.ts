import { gzipSync, zstdCompressSync } from 'node:zlib';
import { digestOf, type Digest } from '../../src/model/digest.ts';
import type { FactCache, ImageSource } from '../../src/model/effects.ts';
import type { Descriptor, StoredManifest } from '../../src/model/image.ts';

export type LayerForm = 'gzip' | 'zstd' | 'none';
export interface LayeredImageOptions {
  readonly form?: LayerForm;
  /** Docker v2 media types instead of OCI ones. */
  readonly docker?: boolean;
  readonly config?: object;
  readonly history?: readonly object[];
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
}
export interface LayeredImage {
  readonly digest: Digest;
  readonly layers: readonly Descriptor[];
  readonly diffIds: readonly Digest[];
  readonly configDescriptor: Descriptor;
  readonly store: MemoryStore;
}
/** An ImageSource whose bytes a test can reach and damage. */
export interface MemoryStore extends ImageSource {
  readonly manifests: Map<string, StoredManifest>;
  readonly blobs: Map<string, Buffer>;
  /** Digests of the blobs that were opened, in order. */
  readonly opened: string[];
  putBlob(mediaType: string, bytes: Buffer): Descriptor;
  putManifest(mediaType: string, document: object): Descriptor;
}

const OCI = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: {
    gzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
    zstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
    none: 'application/vnd.oci.image.layer.v1.tar',
  },
};
const DOCKER = {
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: {
    gzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
    zstd: 'application/vnd.docker.image.rootfs.diff.tar.zstd',
    none: 'application/vnd.docker.image.rootfs.diff.tar',
  },
};
export const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
export const MANIFEST_TYPE = OCI.manifest;
export const CONFIG_TYPE = OCI.config;

export function makeMemoryStore(): MemoryStore {
  const manifests = new Map<string, StoredManifest>();
  const blobs = new Map<string, Buffer>();
  const opened: string[] = [];
  return {
    description: 'memory',
    manifests,
    blobs,
    opened,
    manifest: (reference) => Promise.resolve(manifests.get(reference)),
    blob: ({ digest }) => {
      const bytes = blobs.get(digest);
      if (bytes !== undefined) opened.push(digest);
      return Promise.resolve(bytes === undefined ? undefined : cut(bytes));
    },
    putBlob: (mediaType, bytes) => {
      const digest = digestOf(bytes);
      blobs.set(digest, bytes);
      return { mediaType, digest, size: bytes.length };
    },
    putManifest: (mediaType, document) => {
      const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...document }));
      const digest = digestOf(bytes);
      manifests.set(digest, { bytes, mediaType, digest });
      return { mediaType, digest, size: bytes.length };
    },
  };
}

/** An image whose layers are these tar archives, bottom first. */
export function makeLayeredImage(
  tars: readonly Buffer[],
  options: LayeredImageOptions = {},
  store: MemoryStore = makeMemoryStore(),
): LayeredImage {
  const types = options.docker === true ? DOCKER : OCI;
  const form = options.form ?? 'gzip';
  const layers = tars.map((tar) => store.putBlob(types.layer[form], compress(tar, form)));
  const diffIds = tars.map((tar) => digestOf(tar));
  const configDescriptor = store.putBlob(
    types.config,
    Buffer.from(
      JSON.stringify({
        ...(options.platform ?? { os: 'linux', architecture: 'amd64' }),
        config: options.config ?? {},
        rootfs: { type: 'layers', diff_ids: diffIds },
        ...(options.history === undefined ? {} : { history: options.history }),
      }),
    ),
  );
  const { digest } = store.putManifest(types.manifest, { config: configDescriptor, layers });
  return { digest, layers, diffIds, configDescriptor, store };
}

export function compress(tar: Buffer, form: LayerForm): Buffer {
  return form === 'gzip' ? gzipSync(tar) : form === 'zstd' ? zstdCompressSync(tar) : tar;
}

export function makeMemoryCache(): FactCache & { readonly entries: Map<string, Uint8Array> } {
  const entries = new Map<string, Uint8Array>();
  return {
    entries,
    get: (key) => Promise.resolve(entries.get(key)),
    put: (key, value) => {
      entries.set(key, value);
      return Promise.resolve();
    },
  };
}

async function* cut(bytes: Buffer): AsyncGenerator<Uint8Array> {
  const step = Math.max(1, Math.ceil(bytes.length / 3));
  for (let at = 0; at < bytes.length; at += step) yield await Promise.resolve(bytes.subarray(at, at + step));
}
