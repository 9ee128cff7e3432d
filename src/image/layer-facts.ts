import { z } from 'zod';
import { isDigest, type Digest } from '../model/digest.ts';
import type { Compression } from './media-types.ts';

/** Everything one pass over a layer finds; digest and length of the compressed bytes were verified on the way. */
export interface LayerFacts {
  /** Digest of the decoded bytes. */
  readonly diffId: Digest;
  readonly compressedBytes: number;
  /** Length of the decoded tar stream, what follows the archive's end included. */
  readonly unpackedBytes: number;
  readonly entries: number;
  /** See layer-listing.ts. */
  readonly listing: Buffer;
  /** Bodies of the account files, by path. */
  readonly kept: ReadonlyMap<string, Buffer>;
}

/** Raised when a layer is read or encoded differently, so that older cached facts are not found any more. */
export const LAYER_READER_VERSION = 1;

/** The key of a layer's facts: what was read, how it was decoded and by which reader. */
export function layerFactsKey(digest: Digest, compression: Compression): string {
  return `layer-facts/v${String(LAYER_READER_VERSION)}/${compression}/${digest}`;
}

const HEAD = z.object({
  diffId: z.string().refine(isDigest),
  compressedBytes: z.number().int().nonnegative(),
  unpackedBytes: z.number().int().nonnegative(),
  entries: z.number().int().nonnegative(),
  kept: z.record(z.string(), z.string()),
});

/** Length of the JSON head (four bytes, little endian), the head, the listing. */
export function encodeLayerFacts(facts: LayerFacts): Buffer {
  const { diffId, compressedBytes, unpackedBytes, entries } = facts;
  const kept = Object.fromEntries([...facts.kept].map(([path, body]) => [path, body.toString('base64')]));
  const head = Buffer.from(JSON.stringify({ diffId, compressedBytes, unpackedBytes, entries, kept }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return Buffer.concat([length, head, facts.listing]);
}

/** Undefined when the bytes are not what encodeLayerFacts wrote: the layer is then read again. */
export function decodeLayerFacts(bytes: Uint8Array): LayerFacts | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 4) return undefined;
  const end = 4 + buffer.readUInt32LE(0);
  if (end > buffer.length) return undefined;
  try {
    const head = HEAD.safeParse(JSON.parse(buffer.toString('utf8', 4, end)));
    if (!head.success) return undefined;
    const kept = new Map(Object.entries(head.data.kept).map(([path, body]) => [path, Buffer.from(body, 'base64')]));
    return { ...head.data, listing: buffer.subarray(end), kept };
  } catch {
    return undefined;
  }
}
