import { z } from 'zod';
import { digestOf, isDigest } from '../model/digest.ts';
import type { Digest } from '../model/digest.ts';
import type { ImageSource } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { Descriptor, StoredManifest } from '../model/image.ts';
import { damaged } from './verified-stream.ts';

/** Everything a registry must hold before a tag may point to an image. */
export interface ManifestTree {
  readonly root: StoredManifest;
  /** Children before the manifests that name them, platforms before their attestations; without the root. */
  readonly children: readonly StoredManifest[];
  /** Each blob once. */
  readonly blobs: readonly Descriptor[];
}

const descriptor = z.object({
  mediaType: z.string(),
  digest: z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'not a sha256 digest'),
  size: z.number().int().nonnegative(),
  annotations: z.record(z.string(), z.string()).optional(),
});
const manifest = z.object({
  manifests: z.array(descriptor).optional(),
  config: descriptor.optional(),
  layers: z.array(descriptor).optional(),
});
type Link = z.infer<typeof descriptor>;

/** Deeper than any index in use; a limit, because the document comes from outside. */
const DEEPEST = 4;

/** Reads the manifests below a digest, each verified. Throws a Fault for what is missing, damaged or not a manifest. */
export async function readTree(source: ImageSource, digest: Digest): Promise<ManifestTree> {
  const children = new Map<Digest, StoredManifest>();
  const blobs = new Map<Digest, Descriptor>();

  async function visit(stored: StoredManifest, depth: number): Promise<void> {
    const document = parseManifest(stored, source);
    for (const link of document.manifests === undefined ? [] : sortLinks(document.manifests)) {
      if (children.has(link.digest)) continue;
      if (depth >= DEEPEST) throw damaged(stored, 'nests indexes too deep', source.description);
      const child = await readManifest(source, link.digest, link.size);
      await visit(child, depth + 1);
      children.set(link.digest, child);
    }
    for (const link of [document.config ?? [], document.layers ?? []].flat()) {
      if (!isForeign(link)) blobs.set(link.digest, { mediaType: link.mediaType, digest: link.digest, size: link.size });
    }
  }

  const root = await readManifest(source, digest);
  await visit(root, 0);
  return { root, children: [...children.values()], blobs: [...blobs.values()] };
}

async function readManifest(source: ImageSource, digest: Digest, size?: number): Promise<StoredManifest> {
  const stored = await source.manifest(digest);
  if (stored === undefined) {
    throw new Fault(`the manifest ${digest} is not there`, {
      where: source.description,
      remedy: 'Build the image again for the platforms that are to be published.',
    });
  }
  const actual = digestOf(stored.bytes);
  if (actual !== digest) throw damaged({ digest }, `has the digest ${actual}`, source.description);
  if (size !== undefined && size !== stored.bytes.length) {
    throw damaged({ digest }, `has ${String(stored.bytes.length)} of ${String(size)} bytes`, source.description);
  }
  return { ...stored, digest };
}

function parseManifest(stored: StoredManifest, source: ImageSource): z.infer<typeof manifest> {
  try {
    const document = manifest.parse(JSON.parse(Buffer.from(stored.bytes).toString('utf8')));
    if (document.manifests !== undefined || document.config !== undefined) return document;
  } catch (cause) {
    throw new Fault(`${stored.digest} is not an image manifest or index`, { where: source.description, cause });
  }
  throw new Fault(`${stored.digest} names neither manifests nor a config`, { where: source.description });
}

/** Attestation manifests last: whoever sees one finds the image it speaks of. */
function sortLinks(links: readonly Link[]): readonly Link[] {
  const isAttestation = (link: Link): boolean =>
    link.annotations?.['vnd.docker.reference.type'] === 'attestation-manifest';
  return [...links.filter((link) => !isAttestation(link)), ...links.filter(isAttestation)];
}

/** Layers that their licence keeps out of other registries; pullers fetch them by URL. */
function isForeign(link: Link): boolean {
  return link.mediaType.includes('.nondistributable.') || link.mediaType.includes('.foreign.');
}
