import type { TarType } from './tar-walk.ts';

export type EntryKind = TarType | 'whiteout' | 'opaque';

/** One line of a layer's listing; paths and links are latin1 bytes. */
export interface LayerEntry {
  readonly kind: EntryKind;
  /** Below the root, without leading slash; for whiteouts the path they hide, for opaque markers the folder they empty. */
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Stored body bytes. */
  readonly size: number;
  /** CRC-32 of the body: tells a changed file from one whose owner or mode alone changed. */
  readonly checksum: number;
  /** Target of a symlink as written, of a hard link normalised. */
  readonly link: string;
  /** It carries file capabilities (`security.capability`). */
  readonly capability: boolean;
}

const KINDS: readonly EntryKind[] = [
  'file',
  'hardlink',
  'symlink',
  'character',
  'block',
  'directory',
  'fifo',
  'whiteout',
  'opaque',
];
const CODES: ReadonlyMap<EntryKind, number> = new Map(KINDS.map((kind, code) => [kind, code]));
const CAPABILITY = 0x10;

/** Collects entries into the compact bytes that are held, cached and merged: about 30 bytes a file. */
export interface ListingWriter {
  add(entry: LayerEntry): void;
  count(): number;
  finish(): Buffer;
}

/** A writer; each path is stored as what differs from the one before it. `spend` is told of every piece of memory it takes. */
export function createListingWriter(spend: (bytes: number) => void = () => undefined): ListingWriter {
  let buffer = Buffer.allocUnsafe(4096);
  let at = 0;
  let entries = 0;
  let previous = '';
  const varint = (value: number) => {
    let rest = value;
    while (rest >= 0x80) {
      buffer[at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    buffer[at++] = rest;
  };
  const text = (value: string) => {
    varint(value.length);
    at += buffer.write(value, at, 'latin1');
  };
  return {
    add: (entry) => {
      const needed = entry.path.length + entry.link.length + 64;
      if (buffer.length - at < needed) {
        const taken = buffer.length;
        buffer = grow(buffer, at, needed);
        spend(buffer.length - taken);
      }
      const shared = sharedLength(previous, entry.path);
      buffer[at++] = (CODES.get(entry.kind) ?? 0) | (entry.capability ? CAPABILITY : 0);
      varint(shared);
      text(entry.path.slice(shared));
      varint(entry.mode);
      varint(entry.uid);
      varint(entry.gid);
      varint(entry.size);
      if (entry.size > 0) at = buffer.writeUInt32LE(entry.checksum, at);
      text(entry.link);
      previous = entry.path;
      entries += 1;
    },
    count: () => entries,
    finish: () => Buffer.from(buffer.subarray(0, at)),
  };
}

function grow(buffer: Buffer, used: number, needed: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafe(Math.max(Math.ceil(buffer.length * 1.5), used + needed));
  buffer.copy(larger, 0, 0, used);
  return larger;
}

function sharedLength(one: string, other: string): number {
  const limit = Math.min(one.length, other.length);
  let at = 0;
  while (at < limit && one.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  return at;
}

/** The entries in archive order; RangeError when the bytes are not a listing. */
export function* readListing(listing: Buffer): Generator<LayerEntry> {
  const cursor = openListing(listing);
  let previous = '';
  while (!cursor.finished()) {
    const entry = cursor.read(previous);
    yield entry;
    previous = entry.path;
  }
}

/** Whose the entry at a position is and what it may do, found without reading the others; undefined past the end. */
export type ListingLookup = (position: number) => Ownership | undefined;
type Ownership = Pick<LayerEntry, 'mode' | 'uid' | 'gid' | 'capability'>;

/** A lookup over a listing; four bytes an entry are held for it. RangeError when the bytes are not a listing. */
export function indexListing(listing: Buffer, entries: number): ListingLookup {
  const cursor = openListing(listing);
  const offsets = new Uint32Array(entries);
  let count = 0;
  for (; count < entries && !cursor.finished(); count += 1) {
    offsets[count] = cursor.tell();
    cursor.skip();
  }
  return (position) => {
    const offset = offsets[position];
    if (offset === undefined || position >= count) return undefined;
    cursor.seek(offset);
    return cursor.readOwnership();
  };
}

interface ListingCursor {
  finished(): boolean;
  tell(): number;
  seek(offset: number): void;
  read(previous: string): LayerEntry;
  readOwnership(): Ownership;
  skip(): void;
}

function openListing(listing: Buffer): ListingCursor {
  const { tell, seek, varint, pass, text } = openBytes(listing);
  return {
    finished: () => tell() >= listing.length,
    tell,
    seek,
    read: (previous) => {
      const head = varint();
      const kind = KINDS[head & 0x0f];
      if (kind === undefined) throw new RangeError('listing with an unknown kind');
      const shared = varint();
      const path = previous.slice(0, shared) + text();
      const [mode, uid, gid, size] = [varint(), varint(), varint(), varint()];
      const checksum = size > 0 ? listing.readUInt32LE(tell()) : 0;
      if (size > 0) pass(4);
      const link = text();
      return { kind, path, mode, uid, gid, size, checksum, link, capability: (head & CAPABILITY) !== 0 };
    },
    readOwnership: () => {
      const head = varint();
      varint();
      pass(varint());
      return { mode: varint(), uid: varint(), gid: varint(), capability: (head & CAPABILITY) !== 0 };
    },
    skip: () => {
      varint();
      varint();
      pass(varint());
      varint();
      varint();
      varint();
      if (varint() > 0) pass(4);
      pass(varint());
    },
  };
}

function openBytes(listing: Buffer) {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = listing[at++];
      if (byte === undefined) throw new RangeError('listing ends early');
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
  };
  const pass = (bytes: number): void => {
    if (at + bytes > listing.length) throw new RangeError('listing ends early');
    at += bytes;
  };
  const text = (): string => {
    const length = varint();
    if (length === 0) return '';
    pass(length);
    return listing.toString('latin1', at - length, at);
  };
  const tell = (): number => at;
  const seek = (offset: number): void => {
    at = offset;
  };
  return { tell, seek, varint, pass, text };
}
