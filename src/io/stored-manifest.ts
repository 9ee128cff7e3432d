import { z } from 'zod';
import type { Digest } from '../model/digest.ts';
import type { StoredManifest } from '../model/image.ts';

const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const DOCUMENT = z.object({
  mediaType: z.string().optional(),
  manifests: z.unknown().optional(),
  layers: z.unknown().optional(),
});

/** Largest manifest anything here reads: registries refuse more than 4 MiB. */
export const MANIFEST_LIMIT = 8 * 2 ** 20;

/** Media type of a manifest kept without one: its own field, else what its shape says (OCI image spec lets both fields be absent). */
export function sniffMediaType(bytes: Uint8Array): string {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return 'application/octet-stream';
  }
  const document = DOCUMENT.safeParse(value);
  if (!document.success) return 'application/octet-stream';
  if (document.data.mediaType !== undefined) return document.data.mediaType;
  if (document.data.manifests !== undefined) return OCI_INDEX;
  return document.data.layers === undefined ? 'application/octet-stream' : OCI_MANIFEST;
}

/** A manifest as a content store hands it out: its address is its digest, its media type is in its bytes. */
export function storedManifest(digest: Digest, bytes: Uint8Array): StoredManifest {
  return { bytes, mediaType: sniffMediaType(bytes), digest };
}
