import { shortDigest } from '../model/digest.ts';
import type { ImageSink } from '../model/effects.ts';
import type { StoredManifest } from '../model/image.ts';
import type { PublishedTag } from '../model/published.ts';
import { findNewerRelease, type MovingTag } from '../model/release-version.ts';
import { refuseOtherDigest, requireDigest } from './read-back.ts';

/** The tags an image is to get, and which of them follow releases. */
export interface WantedTags {
  readonly tags: readonly string[];
  readonly moving: readonly MovingTag[];
}

/**
 * Points the tags to a root that is there already: first those that mean this image for ever, so that a run beside this one sees the
 * release before either moves a tag; then the moving ones, and only forward.
 */
export async function settleTags(
  signal: AbortSignal,
  { tags, moving }: WantedTags,
  root: StoredManifest,
  sink: ImageSink,
): Promise<PublishedTag[]> {
  const following = new Map(moving.map((entry) => [entry.tag, entry]));
  const settled: PublishedTag[] = [];
  const distinct = [...new Set(tags)];
  for (const tag of distinct.filter((name) => !following.has(name)))
    settled.push(await moveTag(signal, tag, root, sink));
  for (const entry of distinct.flatMap((name) => following.get(name) ?? []))
    settled.push(await moveForward(signal, entry, root, sink));
  return settled;
}

async function moveTag(signal: AbortSignal, tag: string, root: StoredManifest, sink: ImageSink): Promise<PublishedTag> {
  signal.throwIfAborted();
  const before = await sink.head(tag);
  if (before?.digest === root.digest) return { tag, action: 'same', reason: 'already points to this digest' };
  refuseOtherDigest(sink, tag, await sink.putManifest(tag, root), root.digest);
  await requireDigest(sink, tag, root.digest);
  if (before === undefined) return { tag, action: 'created', reason: 'new' };
  return { tag, action: 'moved', reason: `pointed to ${shortDigest(before.digest)}` };
}

async function moveForward(
  signal: AbortSignal,
  moving: MovingTag,
  root: StoredManifest,
  sink: ImageSink,
): Promise<PublishedTag> {
  const newer = findNewerRelease(moving, await sink.listTags());
  if (newer !== undefined) return keep(moving, newer);
  const moved = await moveTag(signal, moving.tag, root, sink);
  // A newer release may have come in between the question and the move: registries have no compare-and-swap for tags.
  const since = findNewerRelease(moving, await sink.listTags());
  const successor = since === undefined ? undefined : await sink.manifest(since);
  if (since === undefined || successor === undefined) return moved;
  await sink.putManifest(moving.tag, successor);
  return keep(moving, since);
}

function keep({ tag, version }: MovingTag, newer: string): PublishedTag {
  return { tag, action: 'kept', reason: `${newer} is there already and newer than ${version}` };
}
