import { describeImage } from '../image/describe.ts';
import { isDigest } from '../model/digest.ts';
import type { Effects } from '../model/effects.ts';
import type { EngineInfo } from '../model/engine.ts';
import { Fault } from '../model/fault.ts';
import { pullableDigest, type ImageDigests } from '../model/image.ts';

export interface HeldImage {
  readonly digests: ImageDigests;
  /** What the engine runs. */
  readonly runnable: string;
}

/**
 * The digests of an image that the engine holds under a name, each computed from the bytes that will be published.
 * Throws a Fault when those are not what the engine runs, or not what the build said it made.
 */
export async function readDigests(
  { engineImages }: Pick<Effects, 'engineImages'>,
  name: string,
  { store, platform }: EngineInfo,
  announced: string | undefined,
): Promise<HeldImage | undefined> {
  const held = await engineImages.find(name);
  if (held === undefined) return undefined;
  const { digests } = await describeImage(held.source, held.digest, { platform });
  // the containerd store names an image by its root, the graph drivers by its config
  const identity = store === 'containerd' ? pullableDigest(digests) : digests.config;
  if (!isDigest(held.id) || identity !== held.id) throw differ(name, 'the engine runs', held.id, identity);
  if (store === 'containerd' && announced !== undefined && announced !== identity) {
    throw differ(name, 'the build made', announced, identity);
  }
  return { digests, runnable: held.id };
}

function differ(name: string, who: string, theirs: string, ours: string): Fault {
  return new Fault(`${who} ${theirs} but its stored bytes are ${ours}`, {
    kind: 'environment',
    where: name,
    remedy: 'Something else changed the image meanwhile: run again.',
  });
}
