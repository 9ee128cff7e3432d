import type { Digest } from '../model/digest.ts';
import { shortDigest } from '../model/digest.ts';
import type { ImageSink } from '../model/effects.ts';
import type { StoredManifest } from '../model/image.ts';
import type { PublishedTag } from '../model/published.ts';
import { refuseOtherDigest, requireDigest } from './read-back.ts';

/** Why a tag stays where it is. */
export interface Hold {
  readonly action: 'kept' | 'undecided';
  readonly reason: string;
}
/** What a moving tag goes by. */
export interface Follow {
  /** What speaks against moving it away from where it points now, or why it may go. */
  judge(there: Digest): Promise<Hold | { readonly action: 'move'; readonly reason: string }>;
  /** What a run beside this one published meanwhile and what the tag should mean instead. */
  findSuccessor(): Promise<{ readonly manifest: StoredManifest; readonly reason: string } | undefined>;
}

/** Points a tag to the root whatever it meant before, and reads it back. */
export async function moveTag(
  signal: AbortSignal,
  tag: string,
  root: StoredManifest,
  sink: ImageSink,
): Promise<PublishedTag> {
  signal.throwIfAborted();
  const before = await sink.head(tag);
  if (before?.digest === root.digest) return { tag, action: 'same', reason: 'already points to this digest' };
  refuseOtherDigest(sink, tag, await sink.putManifest(tag, root), root.digest);
  await requireDigest(sink, tag, root.digest);
  if (before === undefined) return { tag, action: 'created', reason: 'new' };
  return { tag, action: 'moved', reason: `pointed to ${shortDigest(before.digest)}` };
}

/** Runs that keep taking a tag from each other settle in two or three rounds; more is none of ours. */
const ROUNDS = 5;

/**
 * Moves a tag only forward. Registries have no compare-and-swap for tags: what another run put there meanwhile is judged like what was
 * there before, and what it put there before our own move overwrote it is looked for afterwards and gets its tag back.
 */
export async function moveForward(
  signal: AbortSignal,
  tag: string,
  root: StoredManifest,
  sink: ImageSink,
  follow: Follow,
): Promise<PublishedTag> {
  let moved: PublishedTag | undefined;
  for (let round = 0; round < ROUNDS; round += 1) {
    signal.throwIfAborted();
    const there = await sink.head(tag);
    if (there?.digest === root.digest) {
      if (moved === undefined) return { tag, action: 'same', reason: 'already points to this digest' };
      return (await giveBack(tag, sink, follow)) ?? moved;
    }
    const judged = there === undefined ? undefined : await follow.judge(there.digest);
    if (judged !== undefined && judged.action !== 'move') return { tag, ...judged };
    refuseOtherDigest(sink, tag, await sink.putManifest(tag, root), root.digest);
    moved ??=
      judged === undefined
        ? { tag, action: 'created', reason: 'new' }
        : { tag, action: 'moved', reason: judged.reason };
  }
  return { tag, action: 'undecided', reason: 'something else keeps moving it' };
}

async function giveBack(tag: string, sink: ImageSink, follow: Follow): Promise<PublishedTag | undefined> {
  const successor = await follow.findSuccessor();
  if (successor === undefined) return undefined;
  await sink.putManifest(tag, successor.manifest);
  return { tag, action: 'kept', reason: successor.reason };
}
