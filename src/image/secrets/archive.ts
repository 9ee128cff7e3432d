import { gunzipSync, inflateRawSync } from 'node:zlib';

export type ArchiveKind = 'gzip' | 'zip';
export interface Member {
  /** Empty for what a gzip file holds. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** Decoded bytes that are looked at in one archive: a bomb is no reason to hold more. */
const DECODED_LIMIT = 2 ** 26;
const LOCAL_HEADER = Buffer.from('PK\x03\x04', 'latin1');

/** By its name; deeper nesting is not followed. */
export function archiveKind(path: string): ArchiveKind | undefined {
  if (/\.(?:gz|tgz)$/.test(path)) return 'gzip';
  return /\.(?:zip|jar|war|whl|egg)$/.test(path) ? 'zip' : undefined;
}

/** The members of an archive one level deep; one that is damaged, encrypted or packed in another way is left out, its packed bytes were searched. */
export function* readMembers(kind: ArchiveKind, bytes: Buffer): Generator<Member> {
  if (kind === 'gzip') {
    const decoded = attempt(() => gunzipSync(bytes, { maxOutputLength: DECODED_LIMIT }));
    if (decoded !== undefined) yield { name: '', bytes: decoded };
    return;
  }
  let left = DECODED_LIMIT;
  for (let at = bytes.indexOf(LOCAL_HEADER); at >= 0 && left > 0;) {
    const member = readZipMember(bytes, at, left);
    if (member?.bytes !== undefined) {
      left -= member.bytes.length;
      yield { name: member.name, bytes: member.bytes };
    }
    at = bytes.indexOf(LOCAL_HEADER, member?.end ?? at + 4);
  }
}

interface ZipMember {
  readonly name: string;
  readonly bytes: Buffer | undefined;
  readonly end: number;
}

const DEFLATED = 8;

/** APPNOTE.TXT 4.3.7; a size of zero means that it stands behind the data, and the decoder stops by itself. */
function readZipMember(bytes: Buffer, at: number, limit: number): ZipMember | undefined {
  if (at + 30 > bytes.length) return undefined;
  const method = bytes.readUInt16LE(at + 8);
  const packed = bytes.readUInt32LE(at + 18);
  const nameEnd = at + 30 + bytes.readUInt16LE(at + 26);
  const start = nameEnd + bytes.readUInt16LE(at + 28);
  const name = bytes.toString('latin1', at + 30, nameEnd);
  const end = packed === 0 ? start : start + packed;
  const data = bytes.subarray(start, packed === 0 ? bytes.length : end);
  const decoded = method === DEFLATED ? attempt(() => inflateRawSync(data, { maxOutputLength: limit })) : undefined;
  return { name, bytes: decoded, end };
}

function attempt(decode: () => Buffer): Buffer | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}
