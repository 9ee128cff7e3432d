import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip, createZstdCompress } from 'node:zlib';
import { digestOf } from '../../src/model/digest.ts';
import { makeFolder } from './folder.ts';
import type { LayerForm } from './layered-image.ts';
import { writeEntry, type TarSpec } from './tar-writer.ts';

/** A layer too large to hold: its tar as pieces that are made while it is written. */
export interface StreamedLayer {
  readonly tar: Iterable<Buffer>;
  readonly form: LayerForm;
}
type Descriptor = Readonly<Record<'mediaType' | 'digest', string> & { size: number }>;

const TYPE = 'application/vnd.oci.image.layer.v1.tar';

/** Writes an image of such layers as an OCI layout; returns its folder, gone after the test file. */
export async function storeStreamedLayout(layers: readonly StreamedLayer[], config: object = {}): Promise<string> {
  const folder = await makeFolder({ 'oci-layout': '{"imageLayoutVersion":"1.0.0"}' });
  const blobs = join(folder, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const put = async (mediaType: string, document: object): Promise<Descriptor> => {
    const bytes = Buffer.from(JSON.stringify(document));
    const digest = digestOf(bytes);
    await writeFile(join(blobs, digest.slice('sha256:'.length)), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const written: { readonly descriptor: Descriptor; readonly diffId: string }[] = [];
  for (const layer of layers) written.push(await writeLayer(blobs, layer));
  const configDescriptor = await put('application/vnd.oci.image.config.v1+json', {
    os: 'linux',
    architecture: 'amd64',
    config,
    rootfs: { type: 'layers', diff_ids: written.map(({ diffId }) => diffId) },
  });
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = await put(mediaType, {
    schemaVersion: 2,
    mediaType,
    config: configDescriptor,
    layers: written.map(({ descriptor }) => descriptor),
  });
  await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
  return folder;
}

async function writeLayer(blobs: string, { tar, form }: StreamedLayer) {
  const inside = createHash('sha256');
  const stored = createHash('sha256');
  const beside = join(blobs, 'next');
  await pipeline(
    Readable.from(tar, { objectMode: false, highWaterMark: 2 ** 20 }),
    tap((chunk) => inside.update(chunk)),
    compressor(form),
    tap((chunk) => stored.update(chunk)),
    createWriteStream(beside),
  );
  const hex = stored.digest('hex');
  const { size } = await stat(beside);
  await rename(beside, join(blobs, hex));
  const mediaType = form === 'none' ? TYPE : `${TYPE}+${form}`;
  return { descriptor: { mediaType, digest: `sha256:${hex}`, size }, diffId: `sha256:${inside.digest('hex')}` };
}

function tap(take: (chunk: Buffer) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _, done) {
      take(chunk);
      done(null, chunk);
    },
  });
}

function compressor(form: LayerForm): Transform {
  if (form === 'none') return tap(() => undefined);
  if (form === 'gzip') return createGzip({ level: 1 });
  return createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 1 } });
}

const ZEROS = Buffer.alloc(2 ** 22);

/** One file of that many zero bytes, with its header and padding; sizes that octal digits cannot hold are in base 256. */
export function* zeroFile(name: string, size: number, spec: Partial<TarSpec> = {}): Generator<Buffer> {
  yield writeEntry({ ...spec, name, size });
  for (let left = Math.ceil(size / 512) * 512; left > 0; left -= ZEROS.length) {
    yield left < ZEROS.length ? ZEROS.subarray(0, left) : ZEROS;
  }
}

/** Many entries, some thousand to a piece. */
export function* manyEntries(count: number, entry: (index: number) => TarSpec): Generator<Buffer> {
  const step = 2000;
  for (let from = 0; from < count; from += step) {
    const indexes = Array.from({ length: Math.min(step, count - from) }, (_, index) => from + index);
    yield Buffer.concat(indexes.map((index) => writeEntry(entry(index))));
  }
}

export function* endOfArchive(): Generator<Buffer> {
  yield Buffer.alloc(1024);
}
