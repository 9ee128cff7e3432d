import { z } from 'zod';
import type { Digest } from '../model/digest.ts';
import type { Files } from '../model/effects.ts';
import type { Descriptor, Referrer } from '../model/image.ts';
import { blobPath, writeBlobFile } from './blob-file.ts';
import { readStored } from './content-store.ts';
import { toDescriptor } from './listed-descriptor.ts';
import { type LayoutDescriptor, readLayoutIndex, updateLayoutIndex } from './layout-index.ts';

const ARTIFACT = z.object({ subject: z.object({ digest: z.string() }) });

/** Artifacts, all or those of a type, in a layout whose manifests name the subject; they stand in its index without a name. */
export async function listLayoutReferrers(
  directory: string,
  subject: Digest,
  artifactType?: string,
): Promise<readonly Descriptor[]> {
  const index = await readLayoutIndex(directory);
  const entries = (index?.manifests ?? []).filter(
    (entry) => entry.artifactType !== undefined && (artifactType ?? entry.artifactType) === entry.artifactType,
  );
  const found = await Promise.all(
    entries.map(async (entry) => ((await subjectOf(directory, entry)) === subject ? [toDescriptor(entry)] : [])),
  );
  return found.flat();
}

async function subjectOf(directory: string, { digest }: LayoutDescriptor): Promise<string | undefined> {
  const stored = await readStored(blobPath(directory, digest), digest);
  if (stored === undefined) return undefined;
  try {
    return ARTIFACT.safeParse(JSON.parse(Buffer.from(stored.bytes).toString('utf8'))).data?.subject.digest;
  } catch {
    return undefined;
  }
}

/** Writes an artifact manifest into a layout and lists it once in its index. */
export async function putLayoutReferrer(
  directory: string,
  files: Pick<Files, 'writeAtomic'>,
  { manifest, artifactType, annotations }: Referrer,
): Promise<void> {
  await writeBlobFile(blobPath(directory, manifest.digest), once(manifest.bytes));
  await updateLayoutIndex(directory, files, (index) => {
    if (index.manifests.some(({ digest }) => digest === manifest.digest)) return index;
    const { mediaType, digest, bytes } = manifest;
    const entry = { mediaType, digest, size: bytes.byteLength, artifactType, annotations: { ...annotations } };
    return { ...index, manifests: [...index.manifests, entry] };
  });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
