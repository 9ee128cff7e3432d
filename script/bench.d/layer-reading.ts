import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { timeLayer } from '../bench-layers.ts';
import type { Project } from './project.ts';
import { compareSeconds, type Row } from './row.ts';
import { ship } from './shipping.ts';
import type { World } from './world.ts';

/** The largest layer of the images, fetched back from the registry, read by our reader and by gunzip alone. */
export async function measureLayerReading(world: World, project: Project): Promise<Row[]> {
  const { record } = await ship(world, project, { containers: false, place: 'layers' });
  const layers = record.images.flatMap(({ name, sizes }) => (sizes?.layers ?? []).map((layer) => ({ ...layer, name })));
  const [largest] = layers.sort((one, other) => other.compressed - one.compressed);
  if (largest === undefined) throw new Error('the images have no layers');
  const file = join(world.folder, 'layer.tar.gz');
  const answer = await fetch(`http://${world.registry}/v2/layers/${largest.name}/blobs/${largest.digest}`, {
    signal: world.signal,
  });
  if (!answer.ok || answer.body === null) throw new Error(`the registry answered ${String(answer.status)}`);
  await pipeline(Readable.fromWeb(answer.body), createWriteStream(file));
  const { plain, tuned, reader, layer } = await timeLayer(file);
  const size = `${(layer.size / 1e6).toFixed(0)} MB, ${(reader.bytes / 1e6).toFixed(0)} MB unpacked`;
  return [
    compareSeconds(`layer of ${size}: reader / gunzip alone`, reader.seconds, plain.seconds, { ratio: 1.6 }),
    compareSeconds("the same / gunzip with the reader's buffers", reader.seconds, tuned.seconds),
  ];
}
