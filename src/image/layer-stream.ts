import { createHash, type Hash } from 'node:crypto';
import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';
import type { Digest } from '../model/digest.ts';
import type { Descriptor } from '../model/image.ts';
import { DamagedContent } from './damage.ts';
import type { Compression } from './media-types.ts';

// A readable buffer of several chunks lets the decoder work in its own thread while this one hashes the chunk before.
const CHUNK = 2 ** 18;
const AHEAD = 2 ** 21;

/** Lengths and digest of a blob that was read whole; its compressed bytes are what the descriptor says. */
export interface DecodedBlob {
  readonly diffId: Digest;
  readonly compressedBytes: number;
  readonly unpackedBytes: number;
}

/**
 * Streams a blob through its decoder to `take`, verifying size and digest of the stored bytes on the way.
 * DamagedContent when they differ, when the bytes are not what the compression says, or from `take` itself; the source's own Fault passes.
 */
export async function decodeBlob(
  descriptor: Descriptor,
  compression: Compression,
  chunks: AsyncIterable<Uint8Array>,
  take: (chunk: Buffer) => void,
): Promise<DecodedBlob> {
  const decoded = createHash('sha256');
  const input = readAhead(verifyStored(descriptor, chunks));
  let unpackedBytes = 0;
  const consume = (chunk: Buffer) => {
    decoded.update(chunk);
    unpackedBytes += chunk.length;
    take(chunk);
  };
  try {
    if (compression === 'none') await copy(input, consume);
    else await decompress(compression, input, consume);
  } catch (error) {
    // Bytes that are not the ones named are the cause of whatever the decoder or the tar reader stumbled over.
    if (error instanceof DamagedContent) await copy(input, ignore);
    throw error;
  } finally {
    await input.close();
  }
  return { diffId: finishDigest(decoded), compressedBytes: descriptor.size, unpackedBytes };
}

function finishDigest(hash: Hash): Digest {
  return `sha256:${hash.digest('hex')}`;
}

function ignore(): void {
  // Nobody needs it.
}

async function* verifyStored(descriptor: Descriptor, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.byteLength;
    if (length > descriptor.size) break;
    hash.update(chunk);
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
  if (length !== descriptor.size) {
    const seen = length > descriptor.size ? 'more' : `only ${String(length)}`;
    throw new DamagedContent(
      `blob ${descriptor.digest} has ${seen} bytes, its descriptor says ${String(descriptor.size)}`,
    );
  }
  const digest = finishDigest(hash);
  if (digest !== descriptor.digest) {
    throw new DamagedContent(`blob ${descriptor.digest} has other bytes: their digest is ${digest}`);
  }
}

interface Input {
  next(): Promise<Buffer | undefined>;
  /** Puts bytes back that a decoder was given and did not use. */
  unread(chunks: readonly Buffer[]): void;
  close(): Promise<void>;
}

/** Asks for the next chunk before it is needed, so that reading and hashing go on while the decoder works. */
function readAhead(stored: AsyncGenerator<Buffer>): Input {
  let returned: readonly Buffer[] = [];
  let pending: Promise<IteratorResult<Buffer, unknown>> | undefined;
  const ask = () => {
    pending = stored.next();
    // A failure is reported by the call of next() that awaits it.
    pending.catch(ignore);
    return pending;
  };
  return {
    next: async () => {
      const [first, ...rest] = returned;
      if (first !== undefined) {
        returned = rest;
        return first;
      }
      const result = await (pending ?? ask());
      pending = undefined;
      if (result.done === true) return undefined;
      void ask();
      return result.value;
    },
    unread: (chunks) => {
      returned = [...chunks, ...returned];
    },
    close: async () => {
      await stored.return(undefined).catch(ignore);
    },
  };
}

async function copy(input: Input, consume: (chunk: Buffer) => void): Promise<void> {
  for (let chunk = await input.next(); chunk !== undefined; chunk = await input.next()) consume(chunk);
}

/** One frame after the other: Node's zstd decoder ends after the first, and zstd:chunked blobs have several. */
async function decompress(compression: 'gzip' | 'zstd', input: Input, consume: (chunk: Buffer) => void): Promise<void> {
  for (let frames = 0; ; frames += 1) {
    const chunk = await input.next();
    if (chunk === undefined && frames > 0) return;
    // A gzip decoder takes further members by itself: what it leaves is no gzip (Go's reader refuses it as well).
    if (compression === 'gzip' && frames > 0) {
      throw new DamagedContent('bytes that are no gzip follow the compressed layer');
    }
    if (chunk !== undefined) input.unread([chunk]);
    await decodeFrame(compression, input, consume);
  }
}

async function decodeFrame(
  compression: 'gzip' | 'zstd',
  input: Input,
  consume: (chunk: Buffer) => void,
): Promise<void> {
  const decoder = createDecoder(compression);
  const state = { open: true, wake: ignore };
  const output = consumeAll(decoder, compression, consume).finally(() => {
    state.open = false;
    state.wake();
  });
  output.catch(ignore);
  const fed: Fed[] = [];
  let total = 0;
  try {
    while (state.open) {
      const chunk = await input.next();
      if (chunk === undefined) {
        decoder.end();
        break;
      }
      total += chunk.length;
      fed.push({ chunk, end: total });
      await new Promise<void>((resolve) => {
        state.wake = resolve;
        decoder.write(chunk, () => {
          resolve();
        });
      });
      while ((fed[0]?.end ?? Infinity) <= decoder.bytesWritten) fed.shift();
    }
    await output;
  } finally {
    decoder.destroy();
    input.unread(unused(fed, decoder.bytesWritten));
  }
}

interface Fed {
  readonly chunk: Buffer;
  /** Bytes given to the decoder up to and with this chunk. */
  readonly end: number;
}

function unused(fed: readonly Fed[], used: number): Buffer[] {
  return fed
    .filter(({ end }) => end > used)
    .map(({ chunk, end }) => chunk.subarray(Math.max(0, chunk.length - (end - used))));
}

async function consumeAll(
  decoder: Gunzip | ZstdDecompress,
  compression: string,
  consume: (chunk: Buffer) => void,
): Promise<void> {
  try {
    for await (const chunk of decoder as AsyncIterable<Buffer>) consume(chunk);
  } catch (cause) {
    const problem = decoderProblem(cause);
    if (problem === undefined) throw cause;
    throw new DamagedContent(`the layer's bytes are not the ${compression} its media type says: ${problem}`, { cause });
  }
}

/** What zlib or zstd complained about; undefined for any other error. */
function decoderProblem(error: unknown): string | undefined {
  // Not `instanceof Error`: the decoder's errors may come from another realm than this module.
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error)) return undefined;
  return typeof error.code === 'string' && /^(?:Z_|ZSTD_)/.test(error.code) ? String(error.message) : undefined;
}

function createDecoder(compression: 'gzip' | 'zstd'): Gunzip | ZstdDecompress {
  const options = { chunkSize: CHUNK, highWaterMark: AHEAD };
  return compression === 'gzip' ? createGunzip(options) : createZstdDecompress(options);
}
