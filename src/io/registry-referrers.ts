import { z } from 'zod';
import { isDigest, type Digest } from '../model/digest.ts';
import { Fault } from '../model/fault.ts';
import type { Descriptor, Referrer, StoredManifest } from '../model/image.ts';
import { toDescriptor } from './listed-descriptor.ts';
import { getManifest, putManifest, putReferrer } from './registry-manifests.ts';
import type { RegistrySession } from './registry-session.ts';

const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
// What else other writers put beside an entry stays there.
const ENTRY = z.looseObject({
  mediaType: z.string(),
  digest: z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'not a sha256 digest'),
  size: z.number().int().nonnegative(),
  artifactType: z.string().optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
const INDEX = z.looseObject({ manifests: z.array(ENTRY) });
type Index = z.infer<typeof INDEX>;

/** What refers to a digest: asked of the referrers API, else read from the fallback tag (OCI distribution spec 1.1, "Listing Referrers"). */
export async function listReferrers(
  session: RegistrySession,
  repository: string,
  subject: Digest,
  artifactType?: string,
): Promise<readonly Descriptor[]> {
  const filter = artifactType === undefined ? '' : `?artifactType=${encodeURIComponent(artifactType)}`;
  const to = `/v2/${repository}/referrers/${subject}${filter}`;
  const answer = await session.ask({
    method: 'GET',
    to,
    headers: { accept: INDEX_TYPE },
    expect: [200, 400, 404, 405],
  });
  const asked = answer.status === 200 ? parseIndex(answer.body) : undefined;
  const index = asked ?? (await readFallback(session, repository, subject));
  return (index?.manifests ?? [])
    .filter((entry) => artifactType === undefined || entry.artifactType === artifactType)
    .map(toDescriptor);
}

/** Stores an artifact manifest by digest and makes it findable from its subject where the registry does not do so itself. */
export async function putReferrerOf(
  session: RegistrySession,
  repository: string,
  subject: Digest,
  referrer: Referrer,
): Promise<void> {
  const known = await putReferrer(session, repository, referrer.manifest);
  if (known) return;
  const index = (await readFallback(session, repository, subject)) ?? { schemaVersion: 2, manifests: [] };
  const { manifest, artifactType, annotations } = referrer;
  if (index.manifests.some(({ digest }) => digest === manifest.digest)) return;
  const entry = {
    mediaType: manifest.mediaType,
    digest: manifest.digest,
    size: manifest.bytes.byteLength,
    artifactType,
    annotations: { ...annotations },
  };
  const bytes = Buffer.from(
    JSON.stringify({ ...index, schemaVersion: 2, mediaType: INDEX_TYPE, manifests: [...index.manifests, entry] }),
  );
  const stored: StoredManifest = { bytes, mediaType: INDEX_TYPE, digest: manifest.digest };
  await putManifest(session, repository, fallbackTag(subject), stored);
}

async function readFallback(session: RegistrySession, repository: string, subject: Digest): Promise<Index | undefined> {
  const stored = await getManifest(session, repository, fallbackTag(subject));
  if (stored === undefined) return undefined;
  const index = parseIndex(Buffer.from(stored.bytes));
  if (index !== undefined) return index;
  throw new Fault(`the tag ${fallbackTag(subject)} is no index of referrers`, {
    where: repository,
    remedy: 'Remove that tag: it has the name that the OCI distribution spec gives to such an index.',
  });
}

/** OCI distribution spec 1.1, "Referrers Tag Schema". */
function fallbackTag(subject: Digest): string {
  return subject.replace(':', '-');
}

function parseIndex(body: Buffer): Index | undefined {
  try {
    return INDEX.safeParse(JSON.parse(body.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
