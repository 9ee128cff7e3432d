import type { Digest } from '../model/digest.ts';
import type { ImageSink } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';

/** Reads back what the store says it holds; a Fault when that is not what was checked. */
export async function requireDigest(sink: ImageSink, reference: string, expected: Digest): Promise<void> {
  const seen = await sink.head(reference);
  refuseOtherDigest(sink, reference, seen?.digest, expected);
}

/** A Fault unless the store's digest is the checked one. */
export function refuseOtherDigest(
  sink: ImageSink,
  reference: string,
  seen: Digest | undefined,
  expected: Digest,
): void {
  if (seen === expected) return;
  throw new Fault(`${reference} is ${seen ?? 'not there'} after the push, not ${expected}, which was checked`, {
    where: sink.description,
    remedy:
      'Find out what changes images on their way (a proxy, a scanner, another run) before trusting this repository.',
  });
}
