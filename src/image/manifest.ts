import { z } from 'zod';
import { digestOf, isDigest, type Digest } from '../model/digest.ts';
import type { ImageSource } from '../model/effects.ts';
import type { Descriptor, StoredManifest } from '../model/image.ts';
import { DamagedContent } from './damage.ts';

const absent = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);

const PLATFORM = z.object({ os: z.string(), architecture: z.string(), variant: absent(z.string()) });
const DESCRIPTOR = z.object({
  mediaType: z.string(),
  digest: z.string().refine(isDigest, 'is not a sha256 digest'),
  size: z.number().int().nonnegative(),
  artifactType: absent(z.string()),
  annotations: absent(z.record(z.string(), z.string())),
  platform: absent(PLATFORM),
});
const INDEX = z.object({ mediaType: absent(z.string()), manifests: z.array(DESCRIPTOR) });
const MANIFEST = z.object({
  mediaType: absent(z.string()),
  artifactType: absent(z.string()),
  config: DESCRIPTOR,
  layers: z.array(DESCRIPTOR),
  subject: absent(DESCRIPTOR),
  annotations: absent(z.record(z.string(), z.string())),
});

/** An image index or Docker manifest list. */
export interface ParsedIndex {
  readonly manifests: readonly Descriptor[];
}
/** An image manifest, or the artifact manifest of an attestation. */
export interface ParsedManifest {
  readonly artifactType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Reads JSON that a digest vouches for; DamagedContent names the first field that is wrong. */
export function parseStored<T>(schema: z.ZodType<T>, bytes: Uint8Array, what: string): T {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new DamagedContent(`${what} is not JSON`, { cause });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue === undefined || issue.path.length === 0 ? '' : `: ${issue.path.map(String).join('.')}`;
  throw new DamagedContent(`${what} is not what its media type says${field}: ${issue?.message ?? 'wrong shape'}`);
}

/** Parses an index's bytes. */
export function parseIndex(bytes: Uint8Array, digest: Digest): ParsedIndex {
  return { manifests: parseStored(INDEX, bytes, `index ${digest}`).manifests.map(stripAbsent) };
}

/** Parses an image or artifact manifest's bytes. */
export function parseManifest(bytes: Uint8Array, digest: Digest): ParsedManifest {
  const parsed = parseStored(MANIFEST, bytes, `manifest ${digest}`);
  return {
    ...(parsed.artifactType === undefined ? {} : { artifactType: parsed.artifactType }),
    config: stripAbsent(parsed.config),
    layers: parsed.layers.map(stripAbsent),
    ...(parsed.subject === undefined ? {} : { subject: stripAbsent(parsed.subject) }),
    ...(parsed.annotations === undefined ? {} : { annotations: parsed.annotations }),
  };
}

function stripAbsent(parsed: z.infer<typeof DESCRIPTOR>): Descriptor {
  const { mediaType, digest, size, artifactType, annotations, platform } = parsed;
  return {
    mediaType,
    digest,
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(platform === undefined
      ? {}
      : {
          platform: {
            os: platform.os,
            architecture: platform.architecture,
            ...(platform.variant === undefined ? {} : { variant: platform.variant }),
          },
        }),
  };
}

/** A manifest by digest with its bytes verified; DamagedContent when it is absent or another content. */
export async function readManifest(source: ImageSource, digest: Digest, size?: number): Promise<StoredManifest> {
  const stored = await source.manifest(digest);
  if (stored === undefined) throw new DamagedContent(`manifest ${digest} is not there`, { where: source.description });
  const seen = digestOf(stored.bytes);
  if (seen !== digest) {
    throw new DamagedContent(`manifest ${digest} has other bytes: their digest is ${seen}`, {
      where: source.description,
    });
  }
  if (size !== undefined && stored.bytes.byteLength !== size) {
    throw new DamagedContent(
      `manifest ${digest} has ${String(stored.bytes.byteLength)} bytes, its descriptor says ${String(size)}`,
      { where: source.description },
    );
  }
  return stored;
}

const SMALL_BLOB_LIMIT = 16 * 2 ** 20;
const STATEMENTS_LIMIT = 128 * 2 ** 20;
const MOST_STATEMENTS = 1000;

/** The statements in all attestations of an image, whose sum is bounded; DamagedContent for more than any builder attaches. */
export async function listStatements(
  source: ImageSource,
  attestations: readonly Descriptor[],
): Promise<readonly Descriptor[]> {
  const found = new Map<Digest, Descriptor>();
  let bytes = 0;
  if (attestations.length > MOST_STATEMENTS) throw tooMany(source);
  for (const { digest, size } of attestations) {
    for (const layer of parseManifest((await readManifest(source, digest, size)).bytes, digest).layers) {
      if (found.has(layer.digest)) continue;
      found.set(layer.digest, layer);
      bytes += layer.size;
      if (bytes > STATEMENTS_LIMIT || found.size > MOST_STATEMENTS) throw tooMany(source);
    }
  }
  return [...found.values()];
}

function tooMany({ description }: ImageSource): DamagedContent {
  return new DamagedContent('there are more attestations than can be looked at', { where: description });
}

/** A blob small enough to hold (config, attestation), verified by size and digest. */
export async function readSmallBlob(source: ImageSource, descriptor: Descriptor, what: string): Promise<Uint8Array> {
  const where = source.description;
  if (descriptor.size > SMALL_BLOB_LIMIT) {
    throw new DamagedContent(`${what} ${descriptor.digest} is larger than 16 MiB`, { where });
  }
  const chunks = await source.blob(descriptor);
  if (chunks === undefined) throw new DamagedContent(`${what} ${descriptor.digest} is not there`, { where });
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.byteLength;
    if (length > descriptor.size) break;
    parts.push(chunk);
  }
  const bytes = Buffer.concat(parts);
  if (length !== descriptor.size || digestOf(bytes) !== descriptor.digest) {
    throw new DamagedContent(`${what} ${descriptor.digest} has other bytes than its digest says`, { where });
  }
  return bytes;
}
