import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDigest, type Digest } from '../model/digest.ts';
import type { ImageSource } from '../model/effects.ts';
import type { StoredManifest } from '../model/image.ts';
import { blobPath, blobSize, openBlobFile } from './blob-file.ts';
import { guard } from './file-faults.ts';
import { MANIFEST_LIMIT, storedManifest } from './stored-manifest.ts';

const PLUGIN = 'io.containerd.content.v1.content';

/** Folders in which a containerd that serves this engine may keep its content: its own below the engine's data, then the system's. */
export function contentFolders(rootDirectory: string): readonly string[] {
  return [join(rootDirectory, 'containerd', 'daemon', PLUGIN), join('/var/lib/containerd', PLUGIN)];
}

/** The first content folder that holds the digest and that this user may read; undefined when there is none. */
export async function findContentFolder(rootDirectory: string, digest: Digest): Promise<string | undefined> {
  for (const folder of contentFolders(rootDirectory)) {
    // The folder is root's alone since containerd 1.7.29 and 2.1.5: not being allowed is the usual answer.
    if (await isReadable(blobPath(folder, digest))) return folder;
  }
  return undefined;
}

async function isReadable(path: string): Promise<boolean> {
  try {
    await access(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** The blobs of a containerd content folder as an image source; references are digests. */
export function openContentStore(folder: string): ImageSource {
  return {
    description: `containerd content store ${folder}`,
    manifest: (reference) =>
      isDigest(reference) ? readStored(blobPath(folder, reference), reference) : Promise.resolve(undefined),
    blob: (descriptor) => openBlobFile(blobPath(folder, descriptor.digest)),
  };
}

/** A manifest stored under its digest; undefined when it is absent or too large to be one. */
export async function readStored(path: string, digest: Digest): Promise<StoredManifest | undefined> {
  const size = await blobSize(path);
  if (size === undefined || size > MANIFEST_LIMIT) return undefined;
  return storedManifest(digest, await guard('read', path, () => readFile(path)));
}
