import { DamagedContent } from './damage.ts';
import { BLOCK, isZeroBlock, parseTarHeader, type TarHeader } from './tar-header.ts';
import { parsePax, type PaxRecords } from './tar-pax.ts';

export type TarType = 'file' | 'hardlink' | 'symlink' | 'character' | 'block' | 'directory' | 'fifo';

/** One entry with long names and PAX records applied. Names are the stored bytes as latin1. */
export interface TarEntry {
  readonly type: TarType;
  readonly name: string;
  readonly linkName: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of its body in the archive: for sparse files what is stored, not what it expands to. */
  readonly size: number;
  readonly xattrs: readonly string[];
}

export interface TarHandler {
  entry(entry: TarEntry): void;
  /** A piece of the last entry's body; the buffer is only valid during the call. */
  body(chunk: Buffer, start: number, end: number): void;
  /** The last entry's body is complete; called for entries without one too. */
  close(): void;
  /** Bytes behind the archive's end, from `start` to the end of the chunk. */
  after?(chunk: Buffer, start: number): void;
}
/** A tar reader that is fed whatever pieces arrive and never holds a body. */
export interface TarWalk {
  readonly push: (chunk: Buffer) => void;
  /** The stream is over; DamagedContent when it ended inside an entry. */
  readonly end: () => void;
}

const TYPES: Readonly<Record<string, TarType>> = {
  '0': 'file',
  '7': 'file',
  S: 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
};
const NO_XATTRS: readonly string[] = [];
const LONG_HEADER_LIMIT = 4 * 2 ** 20;

type Mode = 'header' | 'sparse-map' | 'long' | 'ignored' | 'body' | 'padding' | 'after';

interface State {
  mode: Mode;
  /** Bytes of the current body, long header or padding that are still to come. */
  remaining: number;
  padding: number;
  /** A header block split over chunks. */
  readonly block: Buffer;
  held: number;
  long: Buffer;
  longType: string;
  longName: string | undefined;
  longLink: string | undefined;
  pax: PaxRecords | undefined;
  zeros: number;
  bodySize: number;
}

/** Walks a tar stream and hands every entry over; stops at two zero blocks and lets what follows pass. */
export function walkTar(handler: TarHandler): TarWalk {
  const state = initialState();
  return {
    push: (chunk) => {
      let at = 0;
      while (at < chunk.length && state.mode !== 'after') at = step(state, handler, chunk, at);
      if (at < chunk.length) handler.after?.(chunk, at);
    },
    end: () => {
      const pending = state.longName !== undefined || state.longLink !== undefined || state.pax !== undefined;
      const between = state.mode === 'header' && state.held === 0 && !pending;
      if (state.mode !== 'after' && !between) throw new DamagedContent('tar stream ends inside an entry');
    },
  };
}

function initialState(): State {
  return {
    mode: 'header',
    remaining: 0,
    padding: 0,
    block: Buffer.alloc(BLOCK),
    held: 0,
    long: Buffer.alloc(0),
    longType: '',
    longName: undefined,
    longLink: undefined,
    pax: undefined,
    zeros: 0,
    bodySize: 0,
  };
}

/** Consumes as much of the chunk as the current mode can use and says where it stopped. */
function step(state: State, handler: TarHandler, chunk: Buffer, at: number): number {
  if (state.mode === 'header' || state.mode === 'sparse-map') return stepBlock(state, handler, chunk, at);
  const end = Math.min(chunk.length, at + state.remaining);
  if (state.mode === 'body') handler.body(chunk, at, end);
  if (state.mode === 'long') chunk.copy(state.long, state.long.length - state.remaining, at, end);
  state.remaining -= end - at;
  if (state.remaining === 0) finish(state, handler);
  return end;
}

function stepBlock(state: State, handler: TarHandler, chunk: Buffer, at: number): number {
  if (state.held === 0 && chunk.length - at >= BLOCK) {
    takeBlock(state, handler, chunk, at);
    return at + BLOCK;
  }
  const end = Math.min(chunk.length, at + BLOCK - state.held);
  chunk.copy(state.block, state.held, at, end);
  state.held += end - at;
  if (state.held === BLOCK) {
    state.held = 0;
    takeBlock(state, handler, state.block, 0);
  }
  return end;
}

function takeBlock(state: State, handler: TarHandler, block: Buffer, start: number): void {
  if (state.mode === 'sparse-map') {
    if (block[start + 504] === 0) expectBody(state, handler, state.bodySize);
    return;
  }
  if (block[start] === 0 && isZeroBlock(block, start)) {
    state.zeros += 1;
    if (state.zeros === 2) state.mode = 'after';
    return;
  }
  if (state.zeros > 0) throw new DamagedContent('tar stream goes on after a zero block');
  takeHeader(state, handler, parseTarHeader(block, start));
}

function takeHeader(state: State, handler: TarHandler, header: TarHeader): void {
  switch (header.type) {
    case 'L':
    case 'K':
    case 'x':
      if (header.size > LONG_HEADER_LIMIT) throw new DamagedContent('tar header longer than 4 MiB');
      state.longType = header.type;
      state.long = Buffer.alloc(header.size);
      expect(state, handler, 'long', header.size);
      return;
    case 'g':
      // Engines (Go's archive/tar) do not apply global PAX records to the entries that follow.
      expect(state, handler, 'ignored', header.size);
      return;
    default:
      takeEntry(state, handler, header);
  }
}

function takeEntry(state: State, handler: TarHandler, header: TarHeader): void {
  const type = TYPES[header.type];
  if (type === undefined) throw new DamagedContent(`tar entry of the unknown type ${JSON.stringify(header.type)}`);
  const { pax, longName, longLink } = state;
  const name = pax?.sparseName ?? pax?.path ?? longName ?? header.name;
  // Only regular files have a body, whatever their size field says (Go's archive/tar, GNU tar).
  const size = type === 'file' ? (pax?.size ?? header.size) : 0;
  state.pax = state.longName = state.longLink = undefined;
  handler.entry({
    type: type === 'file' && header.type !== 'S' && name.endsWith('/') && size === 0 ? 'directory' : type,
    name,
    linkName: pax?.linkPath ?? longLink ?? header.linkName,
    mode: header.mode & 0o7777,
    uid: pax?.uid ?? header.uid,
    gid: pax?.gid ?? header.gid,
    size,
    xattrs: pax?.xattrs ?? NO_XATTRS,
  });
  if (header.sparseExtended) {
    state.bodySize = size;
    state.mode = 'sparse-map';
  } else {
    expectBody(state, handler, size);
  }
}

function expectBody(state: State, handler: TarHandler, size: number): void {
  expect(state, handler, 'body', size);
}

function expect(state: State, handler: TarHandler, mode: Mode, size: number): void {
  state.mode = mode;
  state.remaining = size;
  state.padding = (BLOCK - (size % BLOCK)) % BLOCK;
  if (size === 0) finish(state, handler);
}

/** A body, long header or padding is complete. */
function finish(state: State, handler: TarHandler): void {
  if (state.mode === 'body') handler.close();
  if (state.mode === 'long') takeLong(state);
  const padding = state.mode === 'padding' ? 0 : state.padding;
  state.mode = padding > 0 ? 'padding' : 'header';
  state.remaining = padding;
}

function takeLong(state: State): void {
  if (state.longType === 'x') state.pax = parsePax(state.long);
  else {
    const end = state.long.indexOf(0);
    const text = state.long.toString('latin1', 0, end < 0 ? state.long.length : end);
    if (state.longType === 'L') state.longName = text;
    else state.longLink = text;
  }
  state.long = Buffer.alloc(0);
}
