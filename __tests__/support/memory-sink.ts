import { digestOf } from '../../src/model/digest.ts';
import type { Digest } from '../../src/model/digest.ts';
import type { ImageSink } from '../../src/model/effects.ts';
import type { Descriptor, StoredManifest } from '../../src/model/image.ts';

export interface MemorySink extends ImageSink {
  readonly log: string[];
  readonly blobs: Map<string, Uint8Array>;
  readonly manifests: Map<string, StoredManifest>;
}

/** A store in memory that logs what is written to it; `change` replaces single operations. */
export function makeMemorySink(change: Partial<ImageSink> = {}): MemorySink {
  const log: string[] = [];
  const blobs = new Map<string, Uint8Array>();
  const manifests = new Map<string, StoredManifest>();
  const referrers = new Map<string, Descriptor[]>();
  return {
    description: 'memory',
    repository: 'memory/api@',
    log,
    blobs,
    manifests,
    head: (reference) => Promise.resolve(manifests.get(reference)),
    manifest: (reference) => Promise.resolve(manifests.get(reference)),
    listTags: () => Promise.resolve([...manifests.keys()].filter((name) => !name.startsWith('sha256:'))),
    referrers: (subject, artifactType) =>
      Promise.resolve(
        (referrers.get(subject) ?? []).filter((entry) => (artifactType ?? entry.artifactType) === entry.artifactType),
      ),
    putReferrer: (subject, { manifest, artifactType, annotations }) => {
      manifests.set(manifest.digest, manifest);
      log.push(`referrer ${artifactType}`);
      const entry = { mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.bytes.byteLength };
      referrers.set(subject, [...(referrers.get(subject) ?? []), { ...entry, artifactType, annotations }]);
      return Promise.resolve();
    },
    hasBlob: ({ digest }) => Promise.resolve(blobs.has(digest)),
    putBlob: async ({ digest }, open) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of await open()) chunks.push(chunk);
      blobs.set(digest, Buffer.concat(chunks));
      log.push(`blob ${digest}`);
      return 'uploaded';
    },
    putManifest: (reference, manifest) => {
      const digest: Digest = digestOf(manifest.bytes);
      manifests.set(reference, manifest);
      manifests.set(digest, manifest);
      log.push(`manifest ${reference}`);
      return Promise.resolve(digest);
    },
    ...change,
  };
}
