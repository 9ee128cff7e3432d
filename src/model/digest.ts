import { createHash } from 'node:crypto';

/** A content address of the OCI image spec, always `sha256:<64 hex>` here. */
export type Digest = `sha256:${string}`;

const PATTERN = /^sha256:[0-9a-f]{64}$/;

/** Whether the text is a well-formed sha256 digest (OCI image spec, descriptor "Digests"). */
export function isDigest(text: string): text is Digest {
  return PATTERN.test(text);
}

/** The sha256 digest of bytes held in memory. */
export function digestOf(bytes: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The hex part shortened for people, as docker prints ids. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12);
}
