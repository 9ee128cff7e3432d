import { Fault } from '../model/fault.ts';

/** Takes a stream of bytes apart. */
export interface ByteReader {
  /** Up to the next line end, without it. Throws a Fault for a line of more than `limit` bytes, and for none. */
  line(limit: number): Promise<Buffer>;
  /** The next bytes, fewer where the stream ends. */
  take(length: number): AsyncGenerator<Uint8Array>;
}

const LINE_END = 0x0a;

export function makeByteReader(source: AsyncIterable<Uint8Array>): ByteReader {
  const chunks = source[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const more = async (): Promise<boolean> => {
    const next = await chunks.next();
    if (next.done === true) return false;
    rest = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    return true;
  };
  return {
    line: async (limit) => {
      const parts: Buffer[] = [];
      for (let length = 0; length <= limit;) {
        if (rest.length === 0 && !(await more())) break;
        const end = rest.indexOf(LINE_END);
        const part = rest.subarray(0, end < 0 ? rest.length : end);
        parts.push(part);
        length += part.length;
        rest = rest.subarray(end < 0 ? rest.length : end + 1);
        if (end >= 0) return Buffer.concat(parts);
      }
      throw new Fault('the stream does not begin with a line');
    },
    take: async function* (length) {
      let left = length;
      while (left > 0) {
        if (rest.length === 0 && !(await more())) return;
        const part = rest.subarray(0, left);
        rest = rest.subarray(part.length);
        left -= part.length;
        yield part;
      }
    },
  };
}
