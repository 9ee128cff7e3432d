import { digestOf, isDigest, type Digest } from '../model/digest.ts';
import type { Files, ImageSink, ImageSource, LayoutImage } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { Descriptor, StoredManifest } from '../model/image.ts';
import { blobPath, blobSize, openBlobFile, writeBlobFile } from './blob-file.ts';
import { readStored } from './content-store.ts';
import { listLayoutReferrers, putLayoutReferrer } from './layout-referrers.ts';
import {
  findEntry,
  makeLayout,
  nameEntry,
  readLayoutIndex,
  REF_NAME,
  updateLayoutIndex,
  type LayoutDescriptor,
  type LayoutIndex,
} from './layout-index.ts';

/** An OCI layout folder to read from; references are digests or the names of `org.opencontainers.image.ref.name`. */
export function openLayoutSource(directory: string): ImageSource {
  return {
    description: `OCI layout ${directory}`,
    manifest: async (reference) => {
      const index = await requireIndex(directory);
      const entry = findEntry(index, reference);
      const digest = entry?.digest ?? (isDigest(reference) ? reference : undefined);
      if (digest === undefined) return undefined;
      const stored = await readStored(blobPath(directory, digest), digest);
      return stored === undefined || entry === undefined ? stored : { ...stored, mediaType: entry.mediaType };
    },
    blob: (descriptor) => openBlobFile(blobPath(directory, descriptor.digest)),
    referrers: (subject, artifactType) => listLayoutReferrers(directory, subject, artifactType),
  };
}

/** The images a layout names, each digest once with all its names; throws a Fault when the folder is no layout. */
export async function listLayoutImages(directory: string): Promise<readonly LayoutImage[]> {
  const source = openLayoutSource(directory);
  const index = await requireIndex(directory);
  const images = index.manifests.filter((entry) => !isArtifact(entry));
  return [...new Set(images.map(({ digest }) => digest))].map((digest) => ({
    source,
    digest,
    how: `read from the OCI layout ${directory}`,
    names: images.flatMap((entry) => (entry.digest === digest ? (entry.annotations?.[REF_NAME] ?? []) : [])),
  }));
}

/** Referrers and attestations stand beside images in the index of a layout. */
function isArtifact({ artifactType, annotations }: LayoutDescriptor): boolean {
  return artifactType !== undefined || annotations?.['vnd.docker.reference.type'] !== undefined;
}

async function requireIndex(directory: string): Promise<LayoutIndex> {
  const index = await readLayoutIndex(directory);
  if (index !== undefined) return index;
  throw new Fault('there is no OCI layout', { where: directory, remedy: 'Name a folder that holds index.json.' });
}

/**
 * An OCI layout folder to write to, made when it is not there. Several images share one: `main` of the image `api` is kept as `api:main`.
 * Every file is written beside its place and renamed, tags come last: whatever is killed, what the index names is complete.
 */
export function openLayoutSink(directory: string, files: Pick<Files, 'writeAtomic'>, image?: string): ImageSink {
  const nameOf = (tag: string) => (image === undefined ? tag : `${image}:${tag}`);
  let made: Promise<void> | undefined;
  const make = () => (made ??= makeLayout(directory, files));
  let last: Promise<unknown> = Promise.resolve();
  return {
    description: `OCI layout ${directory}`,
    repository: `oci:${directory}@`,
    head: (reference) => headOf(directory, isDigest(reference) ? reference : nameOf(reference)),
    manifest: async (reference) => {
      const found = await headOf(directory, isDigest(reference) ? reference : nameOf(reference));
      return found === undefined ? undefined : readStored(blobPath(directory, found.digest), found.digest);
    },
    listTags: async () => {
      const prefix = nameOf('');
      const { manifests } = (await readLayoutIndex(directory)) ?? { manifests: [] };
      const names = manifests.flatMap(({ annotations }) => annotations?.[REF_NAME] ?? []);
      return names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
    },
    hasBlob: async ({ digest, size }) => (await blobSize(blobPath(directory, digest))) === size,
    putBlob: async (descriptor, open) => {
      await make();
      await writeBlobFile(blobPath(directory, descriptor.digest), exactly(descriptor, directory, await open()));
      return 'uploaded';
    },
    referrers: (subject, artifactType) => listLayoutReferrers(directory, subject, artifactType),
    putReferrer: (_, referrer) => {
      // One after the other: its index would keep them in the order of a race for its lock.
      const put = last.then(make).then(() => putLayoutReferrer(directory, files, referrer));
      last = put.catch(() => undefined);
      return put;
    },
    putManifest: async (reference, manifest) => {
      await make();
      const digest = digestOf(manifest.bytes);
      if ((await headOf(directory, digest)) === undefined) {
        await writeBlobFile(blobPath(directory, digest), once(manifest.bytes));
      }
      if (!isDigest(reference)) {
        await updateLayoutIndex(directory, files, (index) => nameManifest(index, nameOf(reference), digest, manifest));
      }
      return digest;
    },
  };
}

function nameManifest(index: LayoutIndex, name: string, digest: Digest, manifest: StoredManifest): LayoutIndex {
  return nameEntry(index, name, { mediaType: manifest.mediaType, digest, size: manifest.bytes.byteLength });
}

/** Only a manifest whose stored bytes have that digest counts as being there: a damaged one is written again. */
async function headOf(
  directory: string,
  reference: string,
): Promise<{ readonly digest: Digest; readonly mediaType: string } | undefined> {
  const index = await readLayoutIndex(directory);
  const entry = index === undefined ? undefined : findEntry(index, reference);
  const digest = entry?.digest ?? (isDigest(reference) ? reference : undefined);
  if (digest === undefined) return undefined;
  const stored = await readStored(blobPath(directory, digest), digest);
  if (stored === undefined || digestOf(stored.bytes) !== digest) return undefined;
  return { digest, mediaType: stored.mediaType };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

async function* exactly(
  descriptor: Descriptor,
  directory: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.byteLength;
    yield chunk;
  }
  if (length !== descriptor.size) {
    throw new Fault(`the blob ${descriptor.digest} came with ${String(length)} of ${String(descriptor.size)} bytes`, {
      kind: 'environment',
      where: directory,
    });
  }
}
