import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

const pack = promisify(gzip);
const unpack = promisify<Buffer, { readonly maxOutputLength: number }, Buffer>(gunzip);

/** Facts by key as one compressed text: a line of JSON that lists them, then their bytes. */
export async function packFacts(facts: ReadonlyMap<string, Uint8Array>): Promise<Buffer> {
  const sorted = [...facts].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const head = JSON.stringify(sorted.map(([key, value]) => [key, value.length]));
  return pack(Buffer.concat([Buffer.from(`${head}\n`), ...sorted.map(([, value]) => value)]));
}

/** Undefined for everything that packFacts did not write, and for what unpacks to more than `limit` bytes. */
export async function unpackFacts(packed: Uint8Array, limit: number): Promise<ReadonlyMap<string, Buffer> | undefined> {
  try {
    const bytes = await unpack(Buffer.from(packed), { maxOutputLength: limit });
    const end = bytes.indexOf('\n');
    let at = end + 1;
    const facts = new Map<string, Buffer>();
    for (const [key, length] of readHead(JSON.parse(bytes.toString('utf8', 0, end)))) {
      facts.set(key, bytes.subarray(at, at + length));
      at += length;
    }
    return at === bytes.length ? facts : undefined;
  } catch {
    return undefined;
  }
}

function readHead(head: unknown): readonly (readonly [string, number])[] {
  if (!Array.isArray(head)) throw new Error('no list');
  return head.map((entry: unknown) => {
    const [key, length] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (typeof key !== 'string' || !Number.isSafeInteger(length) || Number(length) < 0) throw new Error('no entry');
    return [key, Number(length)] as const;
  });
}
