import type { Effects, ImageSink, ImageSource } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { StoredManifest } from '../model/image.ts';
import { pullableDigest } from '../model/image.ts';
import type { Artifact, LateArtifact } from '../model/artifact.ts';
import type { PublishedImage } from '../model/published.ts';
import { attachArtifacts } from './attach.ts';
import { sendBlobs } from './blobs.ts';
import { isCleared } from './clear.ts';
import type { ClearedImage } from './clear.ts';
import { copyReferrers } from './copy-referrers.ts';
import { readTree } from './manifest-tree.ts';
import type { ManifestTree } from './manifest-tree.ts';
import { refuseOtherDigest, requireDigest } from './read-back.ts';
import { refuseTakenVersions, settleTags, type WantedTags } from './tags.ts';

/** What is to be found from the digest on. */
export interface Attachments {
  /** New artifacts. */
  readonly artifacts?: readonly (Artifact | LateArtifact)[];
  /** Where the image comes from another repository: what is attached to it there comes along. */
  readonly attachedIn?: ImageSource | undefined;
}

/**
 * Pushes exactly the cleared image, unless a version means another one already: blobs that are not there, children by digest, the root by digest, its digest read back, what is attached to it, then the tags.
 * What is there already is left alone, so a publish that was killed can be run again.
 * Throws a Fault when the source is damaged, the store refuses, or the store's digest differs from the checked one.
 */
export async function publishImage(
  effects: Pick<Effects, 'clock' | 'signal'>,
  cleared: ClearedImage,
  source: ImageSource,
  sink: ImageSink,
  wanted: WantedTags & Attachments,
): Promise<PublishedImage> {
  if (!isCleared(cleared)) throw new Error(`image ${cleared.name} was not cleared for publishing`);
  const start = effects.clock.monotonic();
  const digest = pullableDigest(cleared.digests);
  const tree = await readTree(source, digest);
  requireJudgedManifest(tree, cleared);
  await refuseTakenVersions(wanted, digest, sink);
  const blobs = await sendBlobs(effects.signal, tree.blobs, source, sink);
  await sendManifests(effects.signal, [...tree.children, tree.root], sink);
  await requireDigest(sink, digest, digest);
  if (wanted.attachedIn !== undefined) await copyReferrers(effects.signal, digest, wanted.attachedIn, sink);
  const attachments = await attachArtifacts(sink, tree.root, wanted.artifacts ?? []);
  const tags = await settleTags(effects.signal, wanted, tree.root, sink);
  return {
    name: cleared.name,
    reference: `${sink.repository}${digest}`,
    digest,
    tags,
    attached: attachments.flatMap((attachment) => ('attached' in attachment ? attachment.attached : [])),
    notAttached: attachments.flatMap((attachment) => ('refused' in attachment ? attachment.refused : [])),
    ...blobs,
    elapsed: Math.round(effects.clock.monotonic() - start),
    retries: [...(sink.retries ?? [])],
  };
}

/** The index has to name the very manifest and config that the rules read. */
function requireJudgedManifest(tree: ManifestTree, { name, digests }: ClearedImage): void {
  const manifests = new Set([tree.root, ...tree.children].map((stored) => stored.digest));
  const blobs = new Set(tree.blobs.map((blob) => blob.digest));
  if (manifests.has(digests.manifest) && blobs.has(digests.config)) return;
  throw new Fault(
    `image ${name}: ${pullableDigest(digests)} does not hold the manifest ${digests.manifest} that was checked`,
    {
      remedy: 'Check the image again before publishing it.',
    },
  );
}

/** Asks for all at once and sends what is missing in this order: what a manifest names is there before it. */
async function sendManifests(
  signal: AbortSignal,
  manifests: readonly StoredManifest[],
  sink: ImageSink,
): Promise<void> {
  signal.throwIfAborted();
  const there = await Promise.all(manifests.map(({ digest }) => sink.head(digest)));
  for (const [index, manifest] of manifests.entries()) {
    if (there[index] !== undefined) continue;
    signal.throwIfAborted();
    refuseOtherDigest(sink, manifest.digest, await sink.putManifest(manifest.digest, manifest), manifest.digest);
  }
}
