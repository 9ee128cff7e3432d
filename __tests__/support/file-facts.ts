import { createKeeper } from '../../src/image/body-keeper.ts';
import { recordEntries } from '../../src/image/layer-entries.ts';
import { createListingWriter } from '../../src/image/layer-listing.ts';
import { mergeLayers } from '../../src/image/merge.ts';
import { describeFiles } from '../../src/image/merged-files.ts';
import { walkTar } from '../../src/image/tar-walk.ts';
import type { FileFacts } from '../../src/model/facts.ts';
import { writeTar, type TarSpec } from './tar-writer.ts';

/** The files of an image made of these layers, bottom first; the first `base` of them count as the base image's. */
export function filesOf(layers: readonly (readonly TarSpec[])[], base = 0): FileFacts {
  const read = layers.map(readTar);
  const view = mergeLayers(read.map(({ listing }) => listing));
  return describeFiles(
    view.root,
    read,
    layers.map((_, index) => ({ base: index < base })),
  );
}

function readTar(entries: readonly TarSpec[]) {
  const writer = createListingWriter();
  const keeper = createKeeper();
  const walk = walkTar(recordEntries(writer, keeper));
  walk.push(writeTar(entries));
  walk.end();
  return { listing: writer.finish(), entries: writer.count(), kept: keeper.kept };
}
