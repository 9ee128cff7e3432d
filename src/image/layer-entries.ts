import { crc32 } from 'node:zlib';
import type { Keeper } from './body-keeper.ts';
import type { LayerEntry, ListingWriter } from './layer-listing.ts';
import { normalisePath, readLayerName, requireUnpackable } from './layer-path.ts';
import type { BodySearch } from './secrets/known-search.ts';
import type { TarEntry, TarHandler } from './tar-walk.ts';

/** What copies, or reads, some bodies of a passing layer. */
type BodyReader = Pick<Keeper, 'open' | 'body' | 'close'>;

/** Writes every entry of a passing archive into the listing, lets the readers take of bodies what they want and the searches look at all of them. */
export function recordEntries(
  writer: ListingWriter,
  readers: readonly BodyReader[],
  searches: readonly BodySearch[] = [],
): TarHandler {
  let open: LayerEntry | undefined;
  let checksum = 0;
  return {
    entry: (entry) => {
      open = describeEntry(entry);
      checksum = 0;
      const file = open?.kind === 'file' ? { path: open.path, mode: open.mode, position: writer.count() } : undefined;
      for (const reader of readers) reader.open(file);
      for (const search of searches) search.open(open?.path ?? entry.name, entry.size);
    },
    body: (chunk, start, end) => {
      checksum = crc32(chunk.subarray(start, end), checksum);
      for (const reader of readers) reader.body(chunk, start, end);
      for (const search of searches) search.body(chunk, start, end);
    },
    close: () => {
      if (open !== undefined) writer.add({ ...open, checksum });
      for (const reader of readers) reader.close();
      for (const search of searches) search.close();
      open = undefined;
    },
    after: (chunk, start) => {
      for (const search of searches) search.after(chunk, start);
    },
  };
}

function describeEntry(entry: TarEntry): LayerEntry | undefined {
  const name = readLayerName(entry.name);
  if (name.kind === 'nothing') return undefined;
  const kind = name.kind === 'entry' ? entry.type : name.kind;
  const { mode, uid, gid } = entry;
  if (kind === 'symlink') requireUnpackable(entry.linkName);
  return {
    kind,
    path: name.path,
    mode,
    uid,
    gid,
    size: entry.size,
    checksum: 0,
    link: kind === 'hardlink' ? normalisePath(entry.linkName) : kind === 'symlink' ? entry.linkName : '',
    capability: entry.xattrs.includes('security.capability'),
  };
}
