import { createHash } from 'node:crypto';
import { Fault } from '../model/fault.ts';
import type { Descriptor } from '../model/image.ts';

/**
 * The stream itself, checked against length and digest of its descriptor.
 * The last chunk is held back until everything is known to be right, so that a reader never has all bytes of wrong content.
 * Throws a Fault for content that is longer, shorter or other than it should be.
 */
export async function* verifyStream(
  descriptor: Descriptor,
  stream: AsyncIterable<Uint8Array>,
  where: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash('sha256');
  let length = 0;
  let held: Uint8Array | undefined;
  for await (const chunk of stream) {
    hash.update(chunk);
    length += chunk.length;
    if (length > descriptor.size) throw damaged(descriptor, `is longer than ${String(descriptor.size)} bytes`, where);
    if (held !== undefined) yield held;
    held = chunk;
  }
  if (length < descriptor.size) {
    throw damaged(descriptor, `ends after ${String(length)} of ${String(descriptor.size)} bytes`, where);
  }
  const digest = `sha256:${hash.digest('hex')}`;
  if (digest !== descriptor.digest) throw damaged(descriptor, `has the digest ${digest}`, where);
  if (held !== undefined) yield held;
}

/** The Fault for stored content that is not what its descriptor says. */
export function damaged(descriptor: Pick<Descriptor, 'digest'>, problem: string, where: string): Fault {
  return new Fault(`damaged content: ${descriptor.digest} ${problem}`, {
    where,
    remedy: 'Build the image again; nothing of it was tagged.',
  });
}
