/** Cuts a stream of bytes into lines; the work is linear in the bytes, however they are chopped. */
export interface LineCutter {
  readonly push: (chunk: Uint8Array) => void;
  /** Hands out what is left without a line end. */
  readonly end: () => void;
}

const NEWLINE = 10;

/** Calls `onLine` for every line without its line end; a line longer than `limit` bytes is handed out cut, once. */
export function makeLineCutter(onLine: (line: string) => void, limit = Number.MAX_SAFE_INTEGER): LineCutter {
  let pieces: Uint8Array[] = [];
  let held = 0;
  const keep = (piece: Uint8Array): void => {
    const room = limit - held;
    if (piece.length === 0 || room <= 0) return;
    // a copy: the owner of the chunk may write over it
    pieces.push(Buffer.from(piece.length > room ? piece.subarray(0, room) : piece));
    held += Math.min(piece.length, room);
  };
  const flush = (): void => {
    const line = Buffer.concat(pieces).toString('utf8');
    pieces = [];
    held = 0;
    onLine(line);
  };
  return {
    push(chunk) {
      let from = 0;
      for (let to = chunk.indexOf(NEWLINE); to !== -1; to = chunk.indexOf(NEWLINE, from)) {
        keep(chunk.subarray(from, to));
        flush();
        from = to + 1;
      }
      keep(chunk.subarray(from));
    },
    end() {
      if (held > 0) flush();
    },
  };
}
