import { createKeeper } from '../../src/image/body-keeper.ts';
import { recordEntries } from '../../src/image/layer-entries.ts';
import { createListingWriter } from '../../src/image/layer-listing.ts';
import { walkTar } from '../../src/image/tar-walk.ts';
import { writeTar, type TarSpec } from './tar-writer.ts';

/** The listing of a layer made of these entries. */
export function listLayer(entries: readonly TarSpec[]): Buffer {
  return listTar(writeTar(entries));
}

export function listTar(tar: Buffer): Buffer {
  const writer = createListingWriter();
  const walk = walkTar(recordEntries(writer, [createKeeper()]));
  walk.push(tar);
  walk.end();
  return writer.finish();
}
