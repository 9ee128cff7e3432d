import { z } from 'zod';
import { digestOf, isDigest, type Digest } from '../model/digest.ts';
import { Fault } from '../model/fault.ts';
import type { Descriptor, Referrer } from '../model/image.ts';
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

type Entry = z.infer<typeof ENTRY>;
/** Artifacts of one subject that are on their way at the same time. */
interface Gathering {
  underWay: number;
  /** In the order of asking; listed are those that arrived and that the registry does not lead to itself. */
  readonly entries: { readonly entry: Entry; unlisted: boolean }[];
  readonly done: PromiseWithResolvers<unknown>;
}

/**
 * Stores artifact manifests by digest and makes them findable from their subject where the registry does not do so itself. Those that
 * are sent at the same time get one change of the fallback tag: it is read, changed and written, and two changes at once would lose one.
 */
export function makeReferrerWriter(
  session: RegistrySession,
  repository: string,
): (subject: Digest, referrer: Referrer) => Promise<void> {
  const gatherings = new Map<Digest, Gathering>();
  let last: Promise<unknown> = Promise.resolve();
  const list = (subject: Digest, { entries, done }: Gathering): void => {
    gatherings.delete(subject);
    const unlisted = entries.flatMap(({ entry, unlisted: own }) => (own ? [entry] : []));
    if (unlisted.length === 0) return;
    const listed = last.then(() => listInFallback(session, repository, subject, unlisted));
    last = listed.catch(() => undefined);
    done.resolve(listed);
  };
  return async (subject, referrer) => {
    const gathering = gatherings.get(subject) ?? { underWay: 0, entries: [], done: Promise.withResolvers<unknown>() };
    gatherings.set(subject, gathering);
    const place = { entry: toEntry(referrer), unlisted: false };
    gathering.entries.push(place);
    gathering.underWay += 1;
    try {
      place.unlisted = !(await putReferrer(session, repository, referrer.manifest));
    } finally {
      gathering.underWay -= 1;
      if (gathering.underWay === 0) list(subject, gathering);
    }
    if (place.unlisted) await gathering.done.promise;
  };
}

function toEntry({ manifest, artifactType, annotations }: Referrer): Entry {
  const { mediaType, digest, bytes } = manifest;
  return { mediaType, digest, size: bytes.byteLength, artifactType, annotations: { ...annotations } };
}

async function listInFallback(
  session: RegistrySession,
  repository: string,
  subject: Digest,
  entries: readonly Entry[],
): Promise<void> {
  const index = (await readFallback(session, repository, subject)) ?? { schemaVersion: 2, manifests: [] };
  const there = new Set(index.manifests.map(({ digest }) => digest));
  const missing = [...new Map(entries.map((entry) => [entry.digest, entry])).values()].filter(
    ({ digest }) => !there.has(digest),
  );
  if (missing.length === 0) return;
  const manifests = [...index.manifests, ...missing];
  const bytes = Buffer.from(JSON.stringify({ ...index, schemaVersion: 2, mediaType: INDEX_TYPE, manifests }));
  await putManifest(session, repository, fallbackTag(subject), {
    bytes,
    mediaType: INDEX_TYPE,
    digest: digestOf(bytes),
  });
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
