import type { Digest } from '../model/digest.ts';
import type { ImageSink, ImageSource } from '../model/effects.ts';
import { sendBlobs } from './blobs.ts';
import { readTree } from './manifest-tree.ts';

/** Signatures of attestations of images: deeper than that nobody attaches. */
const DEEPEST = 3;

/** Brings everything that is attached to a digest in one place to the same digest in another, and what is attached to that. */
export async function copyReferrers(
  signal: AbortSignal,
  subject: Digest,
  source: ImageSource,
  sink: ImageSink,
  depth = 0,
): Promise<void> {
  if (depth >= DEEPEST) return;
  const listed = (await source.referrers?.(subject)) ?? [];
  if (listed.length === 0) return;
  const there = new Set((await sink.referrers(subject)).map(({ digest }) => digest));
  for (const { digest, artifactType = '', annotations = {} } of listed) {
    signal.throwIfAborted();
    if (!there.has(digest)) {
      const { root, blobs } = await readTree(source, digest);
      await sendBlobs(signal, blobs, source, sink);
      await sink.putReferrer(subject, { manifest: root, artifactType, annotations });
    }
    await copyReferrers(signal, digest, source, sink, depth + 1);
  }
}
