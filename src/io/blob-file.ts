import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Digest } from '../model/digest.ts';
import { guard, systemCode } from './file-faults.ts';

// Large pieces: a layer is hashed and decoded chunk by chunk, and each chunk costs a round through the event loop.
const CHUNK = 2 ** 18;

/** Where a content store keeps a digest: `blobs/sha256/<hex>` below its folder. */
export function blobPath(directory: string, digest: Digest): string {
  return join(directory, 'blobs', 'sha256', digest.slice('sha256:'.length));
}

/** Length of a stored blob; undefined when it is not there. */
export async function blobSize(path: string): Promise<number | undefined> {
  return guard('look at', path, async () => {
    try {
      const found = await stat(path);
      return found.isFile() ? found.size : undefined;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  });
}

/** Opens a blob for streaming; undefined when there is no such file. A read that fails later is a Fault as well. */
export async function openBlobFile(path: string): Promise<AsyncIterable<Uint8Array> | undefined> {
  // Opening a pipe that somebody put there would wait for ever.
  if ((await blobSize(path)) === undefined) return undefined;
  return guard('read', path, async () => {
    try {
      const handle = await open(path, 'r');
      return readChunks(path, createReadStream(path, { fd: handle, highWaterMark: CHUNK }));
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  });
}

async function* readChunks(path: string, stream: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  const chunks = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await guard('read', path, () => chunks.next());
      if (next.done === true) return;
      yield next.value as Buffer;
    }
  } finally {
    await chunks.return?.();
  }
}

/** Writes a file beside its place and renames it, so that a reader or a killed writer never leaves half of one under its name. */
export async function writeBlobFile(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  await guard('write', path, async () => {
    await mkdir(dirname(path), { recursive: true });
    const beside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      const handle = await open(beside, 'wx');
      try {
        for await (const chunk of chunks) await handle.writeFile(chunk);
      } finally {
        await handle.close();
      }
      await rename(beside, path);
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    }
  });
}
