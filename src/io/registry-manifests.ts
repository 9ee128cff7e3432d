import { digestOf, isDigest } from '../model/digest.ts';
import type { Digest } from '../model/digest.ts';
import { Fault } from '../model/fault.ts';
import type { StoredManifest } from '../model/image.ts';
import type { RegistryAnswer, RegistrySession } from './registry-session.ts';
import { bodyOf } from './registry-wire.ts';

const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** The manifest behind a tag or digest with the digest of its bytes; undefined when there is none. Throws a Fault for bytes that are not what the digest says. */
export async function getManifest(
  session: RegistrySession,
  repository: string,
  reference: string,
): Promise<StoredManifest | undefined> {
  const to = pathOf(repository, reference);
  const answer = await session.ask({ method: 'GET', to, headers: { accept: ACCEPT }, expect: [200, 404] });
  if (answer.status === 404) return undefined;
  const digest = digestOf(answer.body);
  if (isDigest(reference) && digest !== reference) {
    throw new Fault(`damaged content: ${reference} has the digest ${digest}`, { where: repository });
  }
  return { bytes: answer.body, mediaType: mediaTypeOf(answer.headers['content-type']), digest };
}

/** What a tag or digest points to, without its bytes where the registry names the digest; undefined when there is nothing. */
export async function headManifest(
  session: RegistrySession,
  repository: string,
  reference: string,
): Promise<{ readonly digest: Digest; readonly mediaType: string } | undefined> {
  const to = pathOf(repository, reference);
  const answer = await session.ask({ method: 'HEAD', to, headers: { accept: ACCEPT }, expect: [200, 404, 405] });
  if (answer.status === 404) return undefined;
  const digest = digestIn(answer.headers['docker-content-digest']);
  // Not every registry names the digest; then it is that of the bytes.
  if (answer.status === 405 || digest === undefined) return getManifest(session, repository, reference);
  return { digest, mediaType: mediaTypeOf(answer.headers['content-type']) };
}

/** Stores the very bytes under a tag or digest; returns the digest the registry names, else the one it then answers with. */
export async function putManifest(
  session: RegistrySession,
  repository: string,
  reference: string,
  manifest: StoredManifest,
): Promise<Digest> {
  const answer = await put(session, repository, reference, manifest);
  const named = digestIn(answer.headers['docker-content-digest']);
  const digest = named ?? (await headManifest(session, repository, reference))?.digest;
  if (digest !== undefined) return digest;
  throw new Fault(`${repository}:${reference} is not there after the registry took it`, { kind: 'environment' });
}

/** Stores a manifest with a subject by its digest; true when the registry itself leads from the subject to it (header OCI-Subject). */
export async function putReferrer(
  session: RegistrySession,
  repository: string,
  manifest: StoredManifest,
): Promise<boolean> {
  const answer = await put(session, repository, manifest.digest, manifest);
  return answer.headers['oci-subject'] !== undefined;
}

function put(
  session: RegistrySession,
  repository: string,
  reference: string,
  manifest: StoredManifest,
): Promise<RegistryAnswer> {
  return session.ask({
    method: 'PUT',
    to: pathOf(repository, reference),
    headers: { 'content-type': manifest.mediaType },
    body: bodyOf(manifest.bytes),
    expect: [200, 201, 202],
  });
}

function pathOf(repository: string, reference: string): string {
  return `/v2/${repository}/manifests/${encodeURIComponent(reference).replaceAll('%3A', ':')}`;
}

function digestIn(header: string | string[] | undefined): Digest | undefined {
  return typeof header === 'string' && isDigest(header) ? header : undefined;
}

function mediaTypeOf(header: string | undefined): string {
  return (header ?? '').replace(/;.*$/, '').trim();
}
