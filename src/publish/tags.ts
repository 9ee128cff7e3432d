import type { CommitHistory } from '../model/commit-history.ts';
import type { Digest } from '../model/digest.ts';
import { shortDigest } from '../model/digest.ts';
import type { ImageSink } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { StoredManifest } from '../model/image.ts';
import type { PublishedTag } from '../model/published.ts';
import type { LastingTag, MovingTag } from '../model/release-version.ts';
import { followBranch } from './branch-tags.ts';
import { moveForward, moveTag } from './move-tag.ts';
import { followReleases } from './release-tags.ts';

/** The tags an image is to get. */
export interface WantedTags {
  readonly tags: readonly string[];
  /** Those of them that follow releases or a branch. */
  readonly moving: readonly MovingTag[];
  /** Those of them that mean one image for ever; absent: none. */
  readonly lasting?: readonly LastingTag[];
  /** True: the moving ones go where they are sent, also back. */
  readonly back?: boolean;
  /** Where the commit stands among others; absent: nobody can say. */
  readonly history?: CommitHistory | undefined;
}

/**
 * Refuses a version that means another image already, before a byte travels: whoever pulled it would get something else under the same name.
 * Throws a Fault that names both digests.
 */
export async function refuseTakenVersions(
  { lasting = [] }: WantedTags,
  digest: Digest,
  sink: ImageSink,
): Promise<void> {
  for (const { tag, names } of lasting) {
    const there = names === 'version' ? await sink.head(tag) : undefined;
    if (there === undefined || there.digest === digest) continue;
    throw new Fault(`the version ${tag} is another image already: ${there.digest}, not ${digest}`, {
      where: sink.description,
      remedy: 'A version means one image for ever: release the next version, or promote the digest that is there.',
    });
  }
}

/**
 * Points the tags to a root that is there already: first those that mean this image for ever, so that a run beside this one sees the
 * release or commit before either moves a tag; then the moving ones, and only forward.
 */
export async function settleTags(
  signal: AbortSignal,
  wanted: WantedTags,
  root: StoredManifest,
  sink: ImageSink,
): Promise<PublishedTag[]> {
  const following = new Map(wanted.moving.map((entry) => [entry.tag, entry]));
  const lasting = new Set(wanted.lasting?.map(({ tag }) => tag));
  const settled: PublishedTag[] = [];
  const distinct = [...new Set(wanted.tags)];
  for (const tag of distinct.filter((name) => !following.has(name)))
    settled.push(await (lasting.has(tag) ? setOnce : moveTag)(signal, tag, root, sink));
  for (const moving of distinct.flatMap((name) => following.get(name) ?? [])) {
    if (wanted.back === true) {
      settled.push(await moveBack(signal, moving.tag, root, sink));
      continue;
    }
    const follow = moving.level === 'branch' ? followBranch(moving, wanted, sink) : followReleases(moving, sink);
    settled.push(await moveForward(signal, moving.tag, root, sink, follow));
  }
  return settled;
}

/** The one way a moving tag goes back: asked for in words, and written into the record. */
async function moveBack(
  signal: AbortSignal,
  tag: string,
  root: StoredManifest,
  sink: ImageSink,
): Promise<PublishedTag> {
  const moved = await moveTag(signal, tag, root, sink);
  return moved.action === 'moved' ? { ...moved, reason: `${moved.reason}; moved with --back` } : moved;
}

/** A commit that was built again keeps its first digest under its name: a name for one image, as deployments rely on. */
async function setOnce(signal: AbortSignal, tag: string, root: StoredManifest, sink: ImageSink): Promise<PublishedTag> {
  const there = await sink.head(tag);
  if (there === undefined || there.digest === root.digest) return moveTag(signal, tag, root, sink);
  const reason = `it means ${shortDigest(there.digest)} for ever, which was built from it before`;
  return { tag, action: 'kept', reason };
}
