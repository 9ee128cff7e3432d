import { readAttachedRecord } from '../../image/attached-record.ts';
import { DamagedContent } from '../../image/damage.ts';
import { describeImage } from '../../image/describe.ts';
import { RECORD_ARTIFACT } from '../../model/artifact.ts';
import type { Effects, OpenedImage } from '../../model/effects.ts';
import { known, skipped, undecided, type BaselineFacts, type Fact } from '../../model/facts.ts';
import { Fault } from '../../model/fault.ts';
import { identityRefusalOf } from '../../model/identity.ts';
import { type Descriptor, formatPlatform, type ImageDescription } from '../../model/image.ts';
import type { ImageRecord } from '../../model/record.ts';
import type { Target } from '../../model/target.ts';

/** Where the base branch publishes an image, or why that is not known. */
export type BaselinePlace =
  | { readonly target: Target; readonly image: string; readonly tag: string; readonly branch: string }
  | { readonly unknown: string };

/** What a run without a declared growth can do without is asked for in a hurry, and its failure is no verdict. */
export type BaselineNeed = 'judged' | 'told';

/**
 * The sizes of what the base branch published: from the record attached to it, else from its manifest. None there (a first pull
 * request, a renamed image), or none that this run may read (a fork): skipped, with the reason. A registry that fails, a damaged
 * image or an attached record that is not about it: undecided where growth is judged.
 */
export async function findBaseline(
  { stores }: Pick<Effects, 'stores'>,
  place: BaselinePlace,
  platform: string,
  need: BaselineNeed,
): Promise<Fact<BaselineFacts>> {
  if ('unknown' in place) return skipped(`no baseline: ${place.unknown}`);
  try {
    const opened = await open(stores, place, need);
    if (opened === undefined) return skipped(`no baseline: ${place.branch} has published no ${nameOf(place)}`);
    return known(await measure(opened, place, platform));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (need === 'told' || identityRefusalOf(error) !== undefined) return skipped(`no baseline: ${error.message}`);
    const { message, kind } = error;
    return undecided(
      `the baseline ${nameOf(place)} of ${place.branch} cannot be read: ${message}`,
      kind === 'environment',
    );
  }
}

type KnownPlace = Exclude<BaselinePlace, { readonly unknown: string }>;

function nameOf({ target, image, tag }: KnownPlace): string {
  return target.type === 'registry' ? `${target.location}/${image}:${tag}` : `${image}:${tag}`;
}

async function open(
  stores: Effects['stores'],
  place: KnownPlace,
  need: BaselineNeed,
): Promise<OpenedImage | undefined> {
  const { target } = place;
  if (target.type === 'registry') return stores.findImage(nameOf(place), need === 'told' ? 'impatient' : undefined);
  const images = await stores.listLayout(target.directory).catch(ignoreAbsentLayout);
  return images.find(({ names }) => names.includes(nameOf(place)));
}

/** Nothing was published to a folder that is no layout yet. */
function ignoreAbsentLayout(error: unknown): readonly never[] {
  if (error instanceof Fault && error.kind === 'user' && !(error instanceof DamagedContent)) return [];
  throw error;
}

async function measure(opened: OpenedImage, place: KnownPlace, platform: string): Promise<BaselineFacts> {
  const image = await describeImage(opened.source, opened.digest, { platform });
  const record = await readAttached(opened, formatPlatform(image.platform));
  const blobs = new Map(image.layers.map(({ digest, size }) => [digest, size]));
  const download = [...blobs.values()].reduce((sum, size) => sum + size, image.configDescriptor.size);
  return {
    reference: `${place.image}:${place.tag}`,
    branch: place.branch,
    digest: opened.digest,
    downloadBytes: record?.sizes?.download ?? download,
    ...(record?.sizes === undefined ? {} : { unpackedBytes: record.sizes.unpacked }),
    layers: layersOf(image, record),
  };
}

function layersOf(image: ImageDescription, record: ImageRecord | undefined): BaselineFacts['layers'] {
  const unpacked = new Map<string, number>(record?.sizes?.layers.map((layer) => [layer.diffId, layer.unpacked]));
  return image.layers.map(({ digest, diffId }) => {
    const bytes = unpacked.get(diffId);
    return { digest, diffId, ...(bytes === undefined ? {} : { unpackedBytes: bytes }) };
  });
}

/** Newer ones are looked at first; more than these are not. */
const MOST_RECORDS = 5;

/**
 * What the newest readable record says of these very bytes; undefined where none is attached, or none speaks of the platform.
 * Throws DamagedContent when records are attached and none of them is about these bytes.
 */
async function readAttached(opened: OpenedImage, platform: string): Promise<ImageRecord | undefined> {
  const { source, digest } = opened;
  const referrers = (await source.referrers?.(digest, RECORD_ARTIFACT)) ?? [];
  const newest = referrers.toSorted((one, other) => (createdAt(one) < createdAt(other) ? 1 : -1));
  let problem: DamagedContent | undefined;
  for (const referrer of newest.slice(0, MOST_RECORDS)) {
    const images = await readAttachedRecord(source, referrer.digest).then((record) => record.images, asProblem);
    if (images instanceof DamagedContent) {
      problem ??= images;
      continue;
    }
    const about = images.filter(({ digests }) => (digests?.index ?? digests?.manifest) === digest);
    if (about.length > 0) return about.find((image) => image.platform === platform);
    problem ??= new DamagedContent(`the record ${referrer.digest} attached to ${digest} is about other bytes`);
  }
  if (problem !== undefined) throw problem;
  return undefined;
}

function createdAt({ annotations }: Descriptor): string {
  return annotations?.['org.opencontainers.image.created'] ?? '';
}

/** An older record may still be right. */
function asProblem(error: unknown): DamagedContent {
  if (!(error instanceof Fault) || error.kind === 'environment') throw error;
  return error instanceof DamagedContent ? error : new DamagedContent(error.message, { cause: error });
}
