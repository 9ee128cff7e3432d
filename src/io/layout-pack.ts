import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Digest, isDigest } from '../model/digest.ts';
import type { Files } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import { blobPath, blobSize, openBlobFile, writeBlobFile } from './blob-file.ts';
import { makeByteReader } from './byte-reader.ts';
import { guard } from './file-faults.ts';
import { readLayoutIndex } from './layout-index.ts';

const DIGEST = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'not a sha256 digest');
const BLOB = z.object({ digest: DIGEST, size: z.number().int().nonnegative() });
type Blob = z.infer<typeof BLOB>;
const HEAD = z.object({ index: z.string(), blobs: z.array(BLOB) });
const MANIFEST = z.object({
  config: BLOB.optional(),
  layers: z.array(BLOB).default([]),
  manifests: z.array(BLOB).default([]),
});
const HEAD_LIMIT = 2 ** 24;
/** A cache that is larger takes longer to carry than what it saves, and half of what GitHub keeps of a repository. */
const PACK_LIMIT = 4 * 2 ** 30;

/** What the index of an OCI layout leads to, in one stream: a line that lists it, then the blobs. Throws a Fault above 4 GiB. */
export async function packLayout(directory: string): Promise<AsyncIterable<Uint8Array>> {
  const index = await readLayoutIndex(directory);
  if (index === undefined) throw new Fault('there is no OCI layout', { where: directory });
  const found = new Map<Digest, number>();
  for (const { digest, size } of index.manifests) {
    found.set(digest, size);
    const { config, layers, manifests } = await readManifest(directory, digest);
    for (const blob of [...(config === undefined ? [] : [config]), ...layers, ...manifests])
      found.set(blob.digest, blob.size);
  }
  const blobs = [...found].map(([digest, size]) => ({ digest, size }));
  requireSize(blobs, directory);
  return stream(directory, { index: JSON.stringify(index), blobs });
}

function requireSize(blobs: readonly Blob[], where: string): void {
  const bytes = blobs.reduce((sum, { size }) => sum + size, 0);
  if (bytes <= PACK_LIMIT) return;
  throw new Fault(`the cache has ${String(bytes)} bytes, more than ${String(PACK_LIMIT)}`, {
    where,
    remedy: 'cache: registry and cache: gha carry only what changed.',
  });
}

async function readManifest(directory: string, digest: Digest): Promise<z.infer<typeof MANIFEST>> {
  const path = blobPath(directory, digest);
  const size = await blobSize(path);
  if (size === undefined || size > HEAD_LIMIT) throw new Fault('the manifest is not there', { where: path });
  const text = await guard('read', path, () => readFile(path, 'utf8'));
  try {
    return MANIFEST.parse(JSON.parse(text));
  } catch (cause) {
    throw new Fault('the manifest is damaged', { where: path, cause });
  }
}

async function* stream(directory: string, head: z.infer<typeof HEAD>): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${JSON.stringify(head)}\n`);
  for (const { digest } of head.blobs) {
    const chunks = await openBlobFile(blobPath(directory, digest));
    if (chunks === undefined) throw new Fault(`the blob ${digest} is not there`, { where: directory });
    yield* chunks;
  }
}

/** Writes a packed layout; its index comes last, so that what it names is there and has the digest that names it. Throws a Fault for every other stream. */
export async function unpackLayout(
  chunks: AsyncIterable<Uint8Array>,
  directory: string,
  files: Pick<Files, 'writeAtomic'>,
): Promise<void> {
  const reader = makeByteReader(chunks);
  const head = parseHead(await reader.line(HEAD_LIMIT), directory);
  requireSize(head.blobs, directory);
  for (const blob of head.blobs)
    await writeBlobFile(blobPath(directory, blob.digest), checked(reader.take(blob.size), blob, directory));
  await files.writeAtomic(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await files.writeAtomic(join(directory, 'index.json'), head.index);
}

function parseHead(line: Buffer, where: string): z.infer<typeof HEAD> {
  try {
    return HEAD.parse(JSON.parse(line.toString('utf8')));
  } catch {
    // The parser's complaint quotes what somebody else wrote.
    throw new Fault('the stream is no packed layout', { where });
  }
}

async function* checked(
  chunks: AsyncIterable<Uint8Array>,
  { digest, size }: Blob,
  where: string,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let length = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    length += chunk.length;
    yield chunk;
  }
  if (length !== size || `sha256:${hash.digest('hex')}` !== digest)
    throw new Fault(`the blob ${digest} is not what was packed`, { where });
}
