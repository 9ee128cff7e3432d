import type { ImageSink, ImageSource, OpenedImage } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import { getBlob, hasBlob, putBlob } from './registry-blobs.ts';
import { getManifest, headManifest, putManifest } from './registry-manifests.ts';
import { listReferrers, makeReferrerWriter } from './registry-referrers.ts';
import { listTags } from './registry-tags.ts';
import { parseRegistryReference } from './registry-reference.ts';
import { openSession } from './registry-session.ts';
import type { RegistryContext } from './registry-session.ts';

/** The read side of the repository a reference names; tags and digests are asked of it alike. */
export function openRegistrySource(reference: string, context: RegistryContext): ImageSource {
  const target = parseRegistryReference(reference);
  const session = openSession(target, 'pull', context);
  return {
    description: `registry ${target.host}/${target.repository}`,
    manifest: (name) => getManifest(session, target.repository, name),
    blob: (descriptor) => getBlob(session, target.repository, descriptor),
    referrers: (subject, artifactType) => listReferrers(session, target.repository, subject, artifactType),
  };
}

/** One image of a registry with its root digest; undefined when there is nothing under the reference. */
export async function findRegistryImage(reference: string, context: RegistryContext): Promise<OpenedImage | undefined> {
  const source = openRegistrySource(reference, context);
  const manifest = await source.manifest(parseRegistryReference(reference).reference);
  return manifest === undefined ? undefined : { source, digest: manifest.digest, how: `asked ${source.description}` };
}

/** The same. Throws a Fault when there is nothing under the reference. */
export async function openRegistryImage(reference: string, context: RegistryContext): Promise<OpenedImage> {
  const image = await findRegistryImage(reference, context);
  if (image !== undefined) return image;
  const { host, repository } = parseRegistryReference(reference);
  throw new Fault(`there is no image ${reference}`, {
    where: `registry ${host}/${repository}`,
    remedy: 'Check name and tag, and whether this registry was logged in to.',
  });
}

/**
 * The write side of a repository, `host/path/name` without a tag. Blobs are taken over from `staging`, a repository of our own,
 * where it is in the same registry; nobody else's repository is ever named.
 */
export function openRegistrySink(location: string, context: RegistryContext, staging?: string): ImageSink {
  const { repository, ...target } = parseRegistryReference(location);
  const other = staging === undefined ? undefined : parseRegistryReference(staging);
  const from = other?.host === target.host && other.repository !== repository ? other.repository : undefined;
  const session = openSession({ ...target, repository }, 'pull,push', context, from);
  return {
    description: `registry ${target.host}/${repository}`,
    repository: `${target.host}/${repository}@`,
    head: (reference) => headManifest(session, repository, reference),
    manifest: (reference) => getManifest(session, repository, reference),
    listTags: () => listTags(session, repository),
    hasBlob: (descriptor) => hasBlob(session, repository, descriptor),
    putBlob: (descriptor, open) => putBlob(session, repository, descriptor, open, from),
    referrers: (subject, artifactType) => listReferrers(session, repository, subject, artifactType),
    putReferrer: makeReferrerWriter(session, repository),
    putManifest: (reference, manifest) => putManifest(session, repository, reference, manifest),
    retries: session.retries,
  };
}
