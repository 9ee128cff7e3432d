import { CREATED_ANNOTATION, FOLLOWERS_ANNOTATION, RECORD_ARTIFACT, REVISION_ANNOTATION } from '../model/artifact.ts';
import type { CommitHistory, Standing } from '../model/commit-history.ts';
import type { Digest } from '../model/digest.ts';
import type { ImageSink } from '../model/effects.ts';
import type { BranchTag, LastingTag } from '../model/release-version.ts';
import type { Follow, Hold } from './move-tag.ts';

interface Wanted {
  readonly lasting?: readonly LastingTag[];
  readonly history?: CommitHistory | undefined;
}
/** What the record attached to a digest says of where it comes from. */
interface Origin {
  readonly commit: string;
  readonly followers: readonly string[];
  readonly created: string;
}

const BY_HAND = 'slipway promote with --back moves it all the same';
/** More tags of unknown commits than these are not looked into. */
const MOST_RIVALS = 30;

/**
 * A tag that follows a branch: the records attached to what it points to name the commits it was built from, and git says whether ours comes
 * after all of them. A digest without a record, or a commit that the clone cannot place, leaves the tag where it is.
 */
export function followBranch(moving: BranchTag, { lasting = [], history }: Wanted, sink: ImageSink): Follow {
  const known = history?.commit === moving.commit ? history : undefined;
  return {
    judge: async (there) => {
      const origins = await readOrigins(sink, there);
      if (known === undefined) return undecided('the history of the commit is not known');
      if (origins.length === 0) return undecided('no attached record says which commit it points to');
      for (const { commit } of origins) {
        const hold = explainStanding(commit, moving.commit, await known.compare(commit));
        if (hold !== undefined) return hold;
      }
      const commits = [...new Set(origins.map(({ commit }) => short(commit)))].join(', ');
      return { action: 'move', reason: `${short(moving.commit)} comes after ${commits}` };
    },
    findSuccessor: async () => {
      if (known === undefined) return undefined;
      const rival = await findRival(moving, lasting, known, sink);
      const manifest = rival === undefined ? undefined : await sink.manifest(rival.tag);
      if (rival === undefined || manifest === undefined) return undefined;
      return { manifest, reason: `${short(rival.commit)} came meanwhile and is no part of our history` };
    },
  };
}

async function readOrigins(sink: ImageSink, digest: Digest): Promise<readonly Origin[]> {
  const records = await sink.referrers(digest, RECORD_ARTIFACT);
  return records.flatMap(({ annotations = {} }) => {
    const commit = annotations[REVISION_ANNOTATION];
    if (commit === undefined) return [];
    const followers = (annotations[FOLLOWERS_ANNOTATION] ?? '').split(' ').filter((tag) => tag !== '');
    return [{ commit, followers, created: annotations[CREATED_ANNOTATION] ?? '' }];
  });
}

/** Undefined: the tag may move away from that commit; the same commit built again is no step back. */
function explainStanding(other: string, own: string, found: Standing): Hold | undefined {
  switch (found.standing) {
    case 'same':
    case 'older':
      return undefined;
    case 'newer':
      return { action: 'kept', reason: `${short(other)} is there already and newer than ${short(own)}` };
    case 'apart': {
      const reason = `${short(other)} is there and no part of the history of ${short(own)}: it is newer, or of another history (${BY_HAND})`;
      return { action: 'kept', reason };
    }
    case 'unknown':
      return undecided(`whether ${short(own)} comes after ${short(other)} is not known: ${found.why}`);
  }
}

/**
 * What a run beside this one published for the same branch tag and what our move overwrote: it tagged its commit before it moved anything.
 * Our clone may be older than its commit, so every commit that ours does not follow from counts; the youngest record wins.
 */
async function findRival(
  moving: BranchTag,
  lasting: readonly LastingTag[],
  history: CommitHistory,
  sink: ImageSink,
): Promise<(Origin & { readonly tag: string }) | undefined> {
  const shape = shapeOf(moving.commit, lasting);
  if (shape === undefined) return undefined;
  const own = new Set((await history.recent()).map((commit) => commit.slice(0, shape.length)));
  const strangers = (await sink.listTags()).filter((tag) => {
    const id = readShape(tag, shape);
    return id !== undefined && !own.has(id);
  });
  const rivals: (Origin & { tag: string })[] = [];
  for (const tag of strangers.slice(-MOST_RIVALS)) {
    const there = await sink.head(tag);
    const origins = there === undefined ? [] : await readOrigins(sink, there.digest);
    for (const origin of origins.filter(({ followers }) => followers.includes(moving.tag))) {
      const { standing } = await history.compare(origin.commit);
      if (standing === 'newer' || standing === 'apart') rivals.push({ ...origin, tag });
    }
  }
  return rivals.sort((one, other) => (one.created < other.created ? 1 : -1))[0];
}

interface Shape {
  readonly before: string;
  readonly after: string;
  /** Digits of the commit's id. */
  readonly length: number;
}

/** What tags of commits look like here, read off our own: `sha-0123456789ab` → `sha-` and twelve digits. */
function shapeOf(commit: string, lasting: readonly LastingTag[]): Shape | undefined {
  for (const { tag } of lasting.filter(({ names }) => names === 'commit')) {
    for (let length = commit.length; length >= 7; length -= 1) {
      const at = tag.indexOf(commit.slice(0, length));
      if (at >= 0) return { before: tag.slice(0, at), after: tag.slice(at + length), length };
    }
  }
  return undefined;
}

function readShape(tag: string, { before, after, length }: Shape): string | undefined {
  if (tag.length !== before.length + length + after.length) return undefined;
  const id = tag.slice(before.length, before.length + length);
  return tag.startsWith(before) && tag.endsWith(after) && /^[0-9a-f]+$/.test(id) ? id : undefined;
}

function short(commit: string): string {
  return commit.slice(0, 12);
}

function undecided(why: string): Hold {
  return { action: 'undecided', reason: `${why} (${BY_HAND})` };
}
