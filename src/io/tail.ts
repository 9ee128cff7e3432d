/** The last bytes of a stream. */
export interface Tail {
  push(chunk: Uint8Array): void;
  /** Decoded as UTF-8; starts in the middle when more was pushed than is kept. */
  text(): string;
}

/** Keeps at least the last `limit` bytes and never more than twice as many. */
export function makeTail(limit: number): Tail {
  let chunks: Uint8Array[] = [];
  let size = 0;
  const last = (): Uint8Array => {
    const joined = Buffer.concat(chunks);
    return joined.subarray(Math.max(0, joined.length - limit));
  };
  return {
    push(chunk) {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= 2 * limit) return;
      chunks = [Buffer.from(last())];
      size = limit;
    },
    text: () => new TextDecoder().decode(last()),
  };
}
