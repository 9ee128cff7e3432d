/** The largest body that is kept: more is no account file. */
export const KEPT_LIMIT = 2 ** 20;

/** Copies the bodies of a few paths while a layer passes. */
export interface Keeper {
  readonly open: (path: string | undefined, size: number) => void;
  readonly body: (chunk: Buffer, start: number, end: number) => void;
  readonly close: () => void;
  readonly kept: ReadonlyMap<string, Buffer>;
}

/** The last entry of a name wins; a body that is too large is not kept. */
export function createKeeper(paths: ReadonlySet<string>): Keeper {
  const kept = new Map<string, Buffer>();
  let path: string | undefined;
  let parts: Buffer[] = [];
  return {
    kept,
    open: (opened, size) => {
      path = opened !== undefined && paths.has(opened) && size <= KEPT_LIMIT ? opened : undefined;
      if (opened !== undefined) kept.delete(opened);
    },
    body: (chunk, start, end) => {
      if (path !== undefined) parts.push(Buffer.from(chunk.subarray(start, end)));
    },
    close: () => {
      if (path !== undefined) kept.set(path, Buffer.concat(parts));
      parts = [];
      path = undefined;
    },
  };
}
