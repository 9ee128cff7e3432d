import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isDigest, type Digest } from '../model/digest.ts';
import type { StoredManifest } from '../model/image.ts';
import { blobPath, blobSize } from './blob-file.ts';

/** What was pushed: manifests in memory, blobs in files under their digest. */
export interface LoopbackStore {
  readonly directory: string;
  /** By digest or tag. */
  readonly manifests: Map<string, StoredManifest>;
  hasBlob(digest: Digest): Promise<number | undefined>;
  /** Starts an upload and names it. */
  begin(): Promise<string>;
  /** Appends to an upload; its length so far, undefined for an upload nobody began. */
  append(id: string, body: Readable): Promise<number | undefined>;
  /** Ends an upload: true when the bytes have that digest, and only then they are kept. */
  commit(id: string, digest: string): Promise<boolean>;
}

interface Upload {
  readonly path: string;
  readonly hash: ReturnType<typeof createHash>;
  length: number;
}

/** Keeps blobs below a private folder. */
export async function makeLoopbackStore(directory: string): Promise<LoopbackStore> {
  await mkdir(join(directory, 'blobs', 'sha256'), { recursive: true });
  const uploads = new Map<string, Upload>();
  return {
    directory,
    manifests: new Map(),
    hasBlob: (digest) => blobSize(blobPath(directory, digest)),
    begin: () => {
      const id = randomBytes(16).toString('hex');
      uploads.set(id, { path: join(directory, `upload-${id}`), hash: createHash('sha256'), length: 0 });
      return Promise.resolve(id);
    },
    append: async (id, body) => {
      const upload = uploads.get(id);
      if (upload === undefined) return undefined;
      await pipeline(
        body,
        async function* (chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            upload.hash.update(chunk);
            upload.length += chunk.length;
            yield chunk;
          }
        },
        createWriteStream(upload.path, { flags: 'a', highWaterMark: 2 ** 20 }),
      );
      return upload.length;
    },
    commit: async (id, digest) => {
      const upload = uploads.get(id);
      if (upload === undefined) return false;
      uploads.delete(id);
      const right = isDigest(digest) && `sha256:${upload.hash.digest('hex')}` === digest;
      if (right) await rename(upload.path, blobPath(directory, digest));
      else await rm(upload.path, { force: true });
      return right;
    },
  };
}
