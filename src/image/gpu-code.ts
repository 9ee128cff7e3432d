import type { Keeper } from './body-keeper.ts';
import { CONTAINER_HEADER, ENTRY_HEADER, CONTAINER_START, readContainer, readEntry } from './fat-binary.ts';

/** What GPU code the files of a layer hold: `sm_90`, `compute_90`, sorted, by position of the entry. */
export type GpuCode = ReadonlyMap<number, readonly string[]>;

const ELF_MAGIC = Buffer.from('\u007fELF', 'latin1');
/** A file with more that only look like containers was written to keep us busy. */
const MOST_MISSES = 1000;
const EMPTY = Buffer.alloc(0);

/**
 * Looks for fat binaries (`.nv_fatbin`) in the programs and libraries of a passing layer. The table of sections stands at the end of a
 * file, so containers are found by their magic number instead, and count only when they can be walked to exactly their end.
 */
export function createCodeReader(): Pick<Keeper, 'open' | 'body' | 'close'> & { readonly found: GpuCode } {
  const found = new Map<number, readonly string[]>();
  let position = -1;
  let walk: Walk | undefined;
  let head = EMPTY;
  return {
    found,
    open: (file) => {
      position = file?.position ?? -1;
      walk = undefined;
      head = EMPTY;
    },
    body: (chunk, start, end) => {
      if (position < 0) return;
      if (walk !== undefined) {
        pushBytes(walk, chunk.subarray(start, end));
        return;
      }
      head = Buffer.concat([head, chunk.subarray(start, end)]);
      if (head.length < CONTAINER_START.length) return;
      if (head.indexOf(ELF_MAGIC) === 0 || head.indexOf(CONTAINER_START) === 0) {
        walk = startWalk();
        pushBytes(walk, head);
      } else position = -1;
      head = EMPTY;
    },
    close: () => {
      if (walk !== undefined && walk.targets.size > 0) found.set(position, [...walk.targets].sort());
      walk = undefined;
      position = -1;
    },
  };
}

/** Where a walk through one file stands. */
interface Walk {
  readonly targets: Set<string>;
  /** Of the container that is being walked; lost when it turns out to be none. */
  pending: Set<string>;
  /** Bytes of it that are not described yet. */
  room: number;
  /** Bytes to pass over. */
  skip: number;
  /** The header that is being collected, and the length it has to reach; 0: a container is looked for. */
  header: Buffer;
  wanted: number;
  misses: number;
}

/** Goes from container to container; what lies between them, and the code itself, is passed over without a copy. */
function pushBytes(walk: Walk, bytes: Buffer): void {
  let at = 0;
  while (at < bytes.length) {
    if (walk.skip > 0) {
      const passed = Math.min(walk.skip, bytes.length - at);
      at += passed;
      walk.skip -= passed;
      if (walk.skip === 0) endEntry(walk);
    } else if (walk.wanted > 0) {
      const piece = bytes.subarray(at, at + walk.wanted - walk.header.length);
      walk.header = Buffer.concat([walk.header, piece]);
      at += piece.length;
      if (walk.header.length === walk.wanted) endHeader(walk);
    } else {
      at = findMagic(bytes, at);
      if (at < bytes.length) walk.wanted = CONTAINER_HEADER;
    }
  }
}

/** Where a container begins, or may begin in the last bytes; the length of the bytes when it does not. */
function findMagic(bytes: Buffer, from: number): number {
  const found = bytes.indexOf(CONTAINER_START, from);
  if (found >= 0) return found;
  for (let at = Math.max(from, bytes.length - CONTAINER_START.length + 1); at < bytes.length; at += 1) {
    if (CONTAINER_START.indexOf(bytes.subarray(at)) === 0) return at;
  }
  return bytes.length;
}

function endHeader(walk: Walk): void {
  const { header, room } = walk;
  if (room === 0) {
    walk.room = readContainer(header) ?? 0;
    if (walk.room > 0) {
      expectEntry(walk);
      return;
    }
    dismiss(walk);
    // The next one may have begun in these bytes, and not with the first.
    pushBytes(walk, header.subarray(1));
    return;
  }
  const entry = readEntry(header, room);
  if (entry === undefined) {
    dismiss(walk);
    return;
  }
  if (entry.partial) {
    walk.wanted = entry.header;
    return;
  }
  for (const target of entry.targets) walk.pending.add(target);
  walk.room -= entry.header + entry.data;
  walk.skip = entry.header + entry.data - header.length;
  if (walk.skip === 0) endEntry(walk);
}

function expectEntry(walk: Walk): void {
  walk.header = EMPTY;
  walk.wanted = ENTRY_HEADER;
}

function endEntry(walk: Walk): void {
  if (walk.room > 0) {
    expectEntry(walk);
    return;
  }
  for (const target of walk.pending) walk.targets.add(target);
  Object.assign(walk, startWalk(walk));
}

function dismiss(walk: Walk): void {
  const misses = walk.misses + 1;
  Object.assign(walk, startWalk(walk), { misses, skip: misses > MOST_MISSES ? Infinity : 0 });
}

function startWalk({ targets = new Set<string>(), misses = 0 }: Partial<Walk> = {}): Walk {
  return { targets, misses, pending: new Set(), room: 0, skip: 0, header: EMPTY, wanted: 0 };
}
