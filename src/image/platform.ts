import type { Descriptor, Platform } from '../model/image.ts';

/** `linux/arm64/v8` split into its parts; undefined when it is not `os/architecture[/variant]`. */
export function parsePlatform(text: string): Platform | undefined {
  const match = /^([a-z0-9]+)\/([a-z0-9_]+)(?:\/([a-z0-9.]+))?$/.exec(text);
  const [, os, architecture, variant] = match ?? [];
  if (os === undefined || architecture === undefined) return undefined;
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

// containerd/platforms "Normalize": these variants are what a bare architecture means.
const DEFAULT_VARIANTS: Readonly<Record<string, string>> = { arm64: 'v8', arm: 'v7', amd64: 'v1' };

function variantOf(platform: Platform): string {
  return platform.variant === undefined || platform.variant === ''
    ? (DEFAULT_VARIANTS[platform.architecture] ?? '')
    : platform.variant;
}

/** Whether two platforms are the same once default variants are filled in. */
export function isSamePlatform(one: Platform, other: Platform): boolean {
  return one.os === other.os && one.architecture === other.architecture && variantOf(one) === variantOf(other);
}

/** Whether a descriptor in an index is an attestation or another artifact and no image to run (both BuildKit forms). */
export function isAttestation(descriptor: Descriptor): boolean {
  const { platform, annotations, artifactType } = descriptor;
  if (annotations?.['vnd.docker.reference.type'] !== undefined) return true;
  if (artifactType !== undefined) return true;
  return platform?.os === 'unknown' && platform.architecture === 'unknown';
}

/** Whether an attestation is about this manifest; one that names no subject in its descriptor is about all of them. */
export function isAbout(descriptor: Descriptor, manifest: string): boolean {
  const named = descriptor.annotations?.['vnd.docker.reference.digest'];
  return named === undefined || named === manifest;
}
