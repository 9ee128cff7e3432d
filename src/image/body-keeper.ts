import { deriveKept, keptBytes } from './kept-files.ts';

/** Kept bytes of one layer: an image with more of them is no ordinary one. */
const LAYER_LIMIT = 64 * 2 ** 20;

/** Copies what is wanted of bodies while a layer passes. */
export interface Keeper {
  readonly open: (file: OpenFile | undefined) => void;
  readonly body: (chunk: Buffer, start: number, end: number) => void;
  readonly close: () => void;
  readonly kept: ReadonlyMap<number, Buffer>;
  /** Some bodies are missing because together they were too large. */
  readonly overflow: () => boolean;
}
export interface OpenFile {
  readonly path: string;
  readonly mode: number;
  /** Position of its entry in the layer. */
  readonly position: number;
}

/** A keeper of what kept-files.ts names, by position of the entry. */
export function createKeeper(limit = LAYER_LIMIT): Keeper {
  const kept = new Map<number, Buffer>();
  let file: OpenFile | undefined;
  let wanted = 0;
  let keeping = false;
  let parts: Buffer[] = [];
  let total = 0;
  let overflow = false;
  return {
    kept,
    overflow: () => overflow,
    open: (opened) => {
      file = opened;
      wanted = opened === undefined ? 0 : keptBytes(opened.path, opened.mode);
      keeping = wanted > 0;
    },
    body: (chunk, start, end) => {
      if (wanted === 0) return;
      const stop = Math.min(end, start + wanted);
      parts.push(Buffer.from(chunk.subarray(start, stop)));
      wanted -= stop - start;
    },
    close: () => {
      const body = file === undefined || !keeping ? undefined : deriveKept(file.path, Buffer.concat(parts));
      parts = [];
      if (file === undefined || body === undefined) return;
      if (total + body.length > limit) overflow = true;
      else {
        total += body.length;
        kept.set(file.position, body);
      }
    },
  };
}

/** Copies the whole bodies of a few paths, by path; the last entry of a name wins. */
export function createPicker(paths: ReadonlySet<string>): Omit<Keeper, 'kept' | 'overflow'> & {
  readonly picked: ReadonlyMap<string, Buffer>;
} {
  const picked = new Map<string, Buffer>();
  let path: string | undefined;
  let parts: Buffer[] = [];
  return {
    picked,
    open: (opened) => {
      path = opened !== undefined && paths.has(opened.path) ? opened.path : undefined;
    },
    body: (chunk, start, end) => {
      if (path !== undefined) parts.push(Buffer.from(chunk.subarray(start, end)));
    },
    close: () => {
      if (path !== undefined) picked.set(path, Buffer.concat(parts));
      parts = [];
      path = undefined;
    },
  };
}
