import { digestOf } from '../../src/model/digest.ts';
import type { Digest } from '../../src/model/digest.ts';
import type { ImageSource } from '../../src/model/effects.ts';
import type { Descriptor, ImageDigests, StoredManifest } from '../../src/model/image.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';

/** An index over one platform and its attestation, every byte of it in memory and open to damage. */
export interface MemoryImage {
  readonly digests: Required<ImageDigests>;
  readonly manifests: Map<Digest, StoredManifest>;
  readonly blobs: Map<Digest, Uint8Array>;
  readonly attestation: Digest;
  readonly layers: readonly Digest[];
  readonly source: ImageSource;
}

/** Builds the image around the contents of its layers; bytes are arbitrary, digests are right. `form` is that of BuildKit's attestation manifest. */
export function makeMemoryImage(
  contents: readonly (string | Uint8Array)[] = ['first layer', 'second layer'],
  form: 'image' | 'artifact' = 'image',
): MemoryImage {
  const manifests = new Map<Digest, StoredManifest>();
  const blobs = new Map<Digest, Uint8Array>();
  const putBlob = (content: string | Uint8Array, mediaType: string): Descriptor => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    blobs.set(digestOf(bytes), bytes);
    return { mediaType, digest: digestOf(bytes), size: bytes.length };
  };
  const putManifest = (document: object, mediaType: string): Descriptor => {
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...document }));
    manifests.set(digestOf(bytes), { bytes, mediaType, digest: digestOf(bytes) });
    return { mediaType, digest: digestOf(bytes), size: bytes.length };
  };
  const layers = contents.map((content) => putBlob(content, 'application/vnd.oci.image.layer.v1.tar+gzip'));
  const diffIds = layers.map((layer) => layer.digest);
  const config = putBlob(
    JSON.stringify({ os: 'linux', architecture: 'amd64', config: {}, rootfs: { type: 'layers', diff_ids: diffIds } }),
    'application/vnd.oci.image.config.v1+json',
  );
  const manifest = putManifest({ config, layers }, MANIFEST);
  const statement = putBlob('{"_type":"https://in-toto.io/Statement/v0.1"}', 'application/vnd.in-toto+json');
  const attestationConfig = putBlob('{"architecture":"unknown"}', 'application/vnd.oci.image.config.v1+json');
  const artifact = { artifactType: 'application/vnd.docker.attestation.manifest.v1+json', subject: manifest };
  const attestation = putManifest(
    { config: attestationConfig, layers: [statement], ...(form === 'artifact' ? artifact : {}) },
    MANIFEST,
  );
  const annotations = {
    'vnd.docker.reference.type': 'attestation-manifest',
    'vnd.docker.reference.digest': manifest.digest,
  };
  const index = putManifest(
    {
      manifests: [
        { ...attestation, annotations },
        { ...manifest, platform: { os: 'linux', architecture: 'amd64' } },
      ],
    },
    INDEX,
  );
  return {
    digests: { index: index.digest, manifest: manifest.digest, config: config.digest },
    manifests,
    blobs,
    attestation: attestation.digest,
    layers: diffIds,
    source: sourceOf(manifests, blobs),
  };
}

function sourceOf(manifests: ReadonlyMap<Digest, StoredManifest>, blobs: ReadonlyMap<Digest, Uint8Array>): ImageSource {
  return {
    description: 'memory',
    manifest: (reference) => Promise.resolve(manifests.get(reference as Digest)),
    blob: ({ digest }) => {
      const bytes = blobs.get(digest);
      return Promise.resolve(bytes === undefined ? undefined : cutIntoChunks(bytes));
    },
  };
}

async function* cutIntoChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  const step = Math.max(1, Math.ceil(bytes.length / 3));
  for (let at = 0; at < bytes.length; at += step) yield await Promise.resolve(bytes.subarray(at, at + step));
}
