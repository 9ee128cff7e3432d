import pLimit from 'p-limit';
import type { ImageSink, ImageSource } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { Descriptor } from '../model/image.ts';
import type { BlobArrival, PublishedImage } from '../model/published.ts';
import { verifyStream } from './verified-stream.ts';

/** Blobs of one image asked for or sent at the same time. */
const PARALLEL_BLOBS = 4;

type BlobCounts = Pick<PublishedImage, 'uploadedBlobs' | 'mountedBlobs' | 'presentBlobs' | 'uploadedBytes'>;

/** Sends what the store does not hold, a few at a time, each verified on its way. Throws the first failure once nothing is under way any more. */
export async function sendBlobs(
  signal: AbortSignal,
  blobs: readonly Descriptor[],
  source: ImageSource,
  sink: ImageSink,
): Promise<BlobCounts> {
  const limit = pLimit({ concurrency: PARALLEL_BLOBS, rejectOnClear: true });
  const send = (blob: Descriptor) =>
    limit(async () => {
      signal.throwIfAborted();
      return (await sink.hasBlob(blob)) ? undefined : uploadBlob(blob, source, sink);
    });
  const sent = (await settleAll(blobs.map(send), limit.clearQueue)).filter((one) => one !== undefined);
  const uploaded = sent.filter(({ arrival }) => arrival === 'uploaded');
  return {
    uploadedBlobs: uploaded.length,
    mountedBlobs: sent.length - uploaded.length,
    presentBlobs: blobs.length - sent.length,
    uploadedBytes: uploaded.reduce((sum, { size }) => sum + size, 0),
  };
}

/** Every result, or the first failure once nothing is under way any more. */
async function settleAll<T>(tasks: readonly Promise<T>[], stop: () => void): Promise<T[]> {
  try {
    return await Promise.all(tasks);
  } catch (cause) {
    stop();
    await Promise.allSettled(tasks);
    throw cause;
  }
}

async function uploadBlob(
  blob: Descriptor,
  source: ImageSource,
  sink: ImageSink,
): Promise<{ readonly arrival: BlobArrival; readonly size: number }> {
  const arrival = await sink.putBlob(blob, async () => {
    const stream = await source.blob(blob);
    if (stream !== undefined) return verifyStream(blob, stream, source.description);
    throw new Fault(`the blob ${blob.digest} is not there`, {
      where: source.description,
      remedy: 'Build the image again; nothing of it was tagged.',
    });
  });
  return { arrival, size: blob.size };
}
