import { z } from 'zod';
import { isDigest, type Digest } from '../model/digest.ts';
import { type LayerSecrets, SECRET_RULES } from '../model/secrets.ts';
import type { GpuCode } from './gpu-code.ts';
import type { Compression } from './media-types.ts';
import type { LayerKnown } from './secrets/known-search.ts';
import { SEARCH_VERSION } from './secrets/search.ts';

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
  /** What kept-files.ts keeps of bodies, by position of the entry in the listing. */
  readonly kept: ReadonlyMap<number, Buffer>;
  /** More was to be kept than the limit allows: `kept` is not whole. */
  readonly keptOverflow: boolean;
  readonly gpuCode: GpuCode;
  /** What was found that looks like a secret, masked; absent: nobody searched. */
  readonly secrets?: LayerSecrets | undefined;
  /** Which known values it holds; kept apart, under a key that depends on them. */
  readonly known?: readonly LayerKnown[] | undefined;
}

/** Raised when a layer is read or encoded differently, so that older cached facts are not found any more. */
export const LAYER_READER_VERSION = 5;

/** The key of a layer's facts: what was read, how it was decoded and by which reader. */
export function layerFactsKey(digest: Digest, compression: Compression): string {
  return `layer-facts/v${String(LAYER_READER_VERSION)}.${String(SEARCH_VERSION)}/${compression}/${digest}`;
}

const HEAD = z.object({
  diffId: z.string().refine(isDigest),
  compressedBytes: z.number().int().nonnegative(),
  unpackedBytes: z.number().int().nonnegative(),
  entries: z.number().int().nonnegative(),
  /** Position and length of each kept body, in the order they follow the head. */
  kept: z.array(z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()])),
  keptOverflow: z.boolean(),
  gpuCode: z.array(z.tuple([z.number().int().nonnegative(), z.array(z.string())])),
  secrets: z
    .object({
      hits: z.array(
        z.object({
          rule: z.enum(SECRET_RULES),
          kind: z.string(),
          path: z.string(),
          masked: z.string(),
          fingerprint: z.string(),
        }),
      ),
      cut: z.boolean(),
    })
    .optional(),
});

/** Length of the JSON head (four bytes, little endian), the head, the kept bodies, the listing. */
export function encodeLayerFacts(facts: LayerFacts): Buffer {
  const { kept: bodies, listing, gpuCode, ...rest } = facts;
  const kept = [...bodies].map(([position, body]) => [position, body.length]);
  const head = Buffer.from(JSON.stringify({ ...rest, kept, gpuCode: [...gpuCode], known: undefined }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return Buffer.concat([length, head, ...bodies.values(), listing]);
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
    let at = end;
    const kept = new Map<number, Buffer>();
    for (const [position, length] of head.data.kept) {
      kept.set(position, buffer.subarray(at, at + length));
      at += length;
    }
    const gpuCode = new Map(head.data.gpuCode);
    return at > buffer.length ? undefined : { ...head.data, listing: buffer.subarray(at), kept, gpuCode };
  } catch {
    return undefined;
  }
}
