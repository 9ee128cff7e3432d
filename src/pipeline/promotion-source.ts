import { readAttachedRecord } from '../image/attached-record.ts';
import { newestOf, RECORD_ARTIFACT, REVISION_ANNOTATION } from '../model/artifact.ts';
import { isDigest, type Digest } from '../model/digest.ts';
import type { OpenedImage } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { Descriptor } from '../model/image.ts';
import type { ImageRecord, RunRecord, StackRecord } from '../model/record.ts';
import { withStackOutcomes } from '../model/stack-judgement.ts';
import { isBlocking } from '../model/verdict.ts';
import { formatTarget, type Target } from '../model/target.ts';
import { expandTags } from '../plan/tags.ts';
import type { Run } from './run.ts';

/** An image that lies somewhere with the record that proves it. */
export interface ProvenImage {
  readonly opened: OpenedImage;
  readonly place: Target;
  readonly record: RunRecord;
  readonly image: ImageRecord;
  /** The stack with the verdict of another job than the one whose record is attached. */
  readonly stack?: StackRecord;
}
/** What is looked for in every image's repository. */
export type Wanted =
  | { readonly digest: Digest }
  | { readonly commit: string }
  /** A tag that somebody named together with its repository. */
  | { readonly tag: string };

/** The image in the first place that has it, with its record; undefined where none has it. Throws a Fault for one that nothing proves. */
export async function findProven(
  run: Run,
  name: string,
  wanted: Wanted,
  places: readonly Target[],
): Promise<ProvenImage | undefined> {
  const references = namesOf(run, wanted);
  for (const place of places) {
    for (const reference of references) {
      const opened = await findIn(run, place, name, reference);
      if (opened !== undefined) return { opened, place, ...(await readProof(opened, name, wanted)) };
    }
  }
  return undefined;
}

/** A commit goes by the tags that name it. Throws a Fault where no tag does. */
export function namesOf({ config }: Run, wanted: Wanted): readonly string[] {
  if ('digest' in wanted) return [wanted.digest];
  if ('tag' in wanted) return [wanted.tag];
  const event = { name: 'push', commit: wanted.commit, dirty: false, fork: false } as const;
  const tags = expandTags(config.tags, event).lasting.map(({ tag }) => tag);
  if (tags.length > 0) return tags;
  throw new Fault('no tag of a branch names the commit, so its image cannot be found by it', {
    ...(config.file === undefined ? {} : { where: config.file }),
    remedy: 'Add "sha-{sha:12}" to tags.branch, or promote a digest.',
  });
}

async function findIn(
  { effects }: Run,
  place: Target,
  name: string,
  reference: string,
): Promise<OpenedImage | undefined> {
  if (place.type === 'registry') {
    return effects.stores.findImage(`${place.location}/${name}${isDigest(reference) ? '@' : ':'}${reference}`);
  }
  if ((await effects.files.stat(place.directory)) === undefined) return undefined;
  const images = await effects.stores.listLayout(place.directory);
  return images.find(({ digest, names }) => digest === reference || names.includes(`${name}:${reference}`));
}

/** Throws a Fault unless the newest record that is attached to these very bytes let the image through. */
async function readProof(
  { source, digest }: OpenedImage,
  name: string,
  wanted: Wanted,
): Promise<{ readonly record: RunRecord; readonly image: ImageRecord }> {
  const attached = (await source.referrers?.(digest, RECORD_ARTIFACT)) ?? [];
  const about =
    'commit' in wanted
      ? attached.filter((entry) => annotationOf(entry, REVISION_ANNOTATION) === wanted.commit)
      : attached;
  const newest = newestOf(about);
  if (newest === undefined) {
    const of = 'commit' in wanted ? ` of the commit ${wanted.commit}` : '';
    throw refuse(name, digest, `no record${of} is attached to it, so nothing proves it`, source.description);
  }
  const record = await readAttachedRecord(source, newest.digest);
  const image = record.images.find((each) => each.name === name && pullableOf(each) === digest);
  if (image === undefined)
    throw refuse(name, digest, 'the record attached to it is about other bytes', source.description);
  const reasons = reasonsAgainst(image, record);
  if (reasons.length > 0) throw refuse(name, digest, `its record says ${reasons.join(', ')}`, source.description);
  return { record, image };
}

function annotationOf({ annotations }: Descriptor, name: string): string {
  return annotations?.[name] ?? '';
}

function pullableOf({ digests }: ImageRecord): string | undefined {
  return digests?.index ?? digests?.manifest;
}

function reasonsAgainst(image: ImageRecord, record: RunRecord): string[] {
  const outcomes = withStackOutcomes(image, record);
  const failed = outcomes.filter(isBlocking).map(({ rule, status }) => `${rule} ${status}`);
  if (outcomes.length === 0) return ['that no rule judged it'];
  return [...new Set([...image.blocked, ...failed])];
}

function refuse(name: string, digest: Digest, why: string, where: string): Fault {
  return new Fault(`${name}: ${digest} may not be promoted: ${why}`, {
    where,
    remedy: 'Only what a run proved and published is promoted: slipway ship publishes with the record attached.',
  });
}

/** Where was looked, for a message. */
export function describePlaces(places: readonly Target[], name: string): string {
  return places.map((place) => (place.type === 'oci' ? formatTarget(place) : `${place.location}/${name}`)).join(', ');
}
