import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { Fault } from '../model/fault.ts';

/** Signatures and sizes of the ZIP format (APPNOTE.TXT 6.3, 4.3.7, 4.3.12 and 4.3.16). */
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const LOCAL_SIZE = 30;
const CENTRAL_SIZE = 46;
const END_SIZE = 22;
const VERSION = 20;
const STORED = 0;
const DEFLATED = 8;
const UTF8_NAME = 0x0800;
const ENCRYPTED = 0x0001;
/** 1980-01-01: the same content is always the same archive. */
const FIRST_DAY = 0x0021;

/** Whether the bytes begin as an archive does. */
export function isZip(bytes: Buffer): boolean {
  return bytes.length >= END_SIZE && (bytes.readUInt32LE(0) === LOCAL || bytes.readUInt32LE(0) === END);
}

/** An archive of one file. */
export function packFile(name: string, content: Uint8Array): Buffer {
  const packed = deflateRawSync(content);
  const path = Buffer.from(name, 'utf8');
  const common = Buffer.alloc(26);
  common.writeUInt16LE(VERSION, 0);
  common.writeUInt16LE(UTF8_NAME, 2);
  common.writeUInt16LE(DEFLATED, 4);
  common.writeUInt16LE(FIRST_DAY, 8);
  common.writeUInt32LE(crc32(content), 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(content.length, 18);
  common.writeUInt16LE(path.length, 22);
  const local = Buffer.concat([word(LOCAL), common, path, packed]);
  const made = Buffer.alloc(2);
  made.writeUInt16LE(VERSION);
  const central = Buffer.concat([word(CENTRAL), made, common, Buffer.alloc(14), path]);
  const end = Buffer.alloc(END_SIZE);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** The one file of an archive, at most `limit` bytes. Throws a Fault for damage, for more than one file, and for what unpacks to more. */
export function unpackFile(archive: Buffer, limit: number, where: string): Buffer {
  const refuse = (why: string): Fault =>
    new Fault(`the archive ${why}`, { where, remedy: 'Run the job that stored it again.' });
  try {
    const entry = findEntry(archive, refuse);
    if (entry.size > limit) throw refuse(`unpacks to more than ${String(limit)} bytes`);
    const packed = findContent(archive, entry, refuse);
    const content = entry.method === STORED ? packed : inflateRawSync(packed, { maxOutputLength: limit + 1 });
    if (content.length !== entry.size || crc32(content) !== entry.crc) throw refuse('is damaged');
    return content;
  } catch (error) {
    throw error instanceof Fault ? error : refuse('is damaged');
  }
}

interface Entry {
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

/** Reading outside of the archive throws, and counts as damage. */
function findEntry(archive: Buffer, refuse: (why: string) => Fault): Entry {
  const end = archive.lastIndexOf(word(END));
  if (end < 0 || end + END_SIZE > archive.length) throw refuse('has no end');
  if (archive.readUInt16LE(end + 10) !== 1) throw refuse('does not hold exactly one file');
  const at = archive.readUInt32LE(end + 16);
  if (archive.readUInt32LE(at) !== CENTRAL) throw refuse('is damaged');
  if ((archive.readUInt16LE(at + 8) & ENCRYPTED) !== 0) throw refuse('is encrypted');
  const method = archive.readUInt16LE(at + 10);
  if (method !== STORED && method !== DEFLATED) throw refuse('is packed in a way that is not known');
  if (at + CENTRAL_SIZE > end) throw refuse('is damaged');
  return {
    method,
    crc: archive.readUInt32LE(at + 16),
    packed: archive.readUInt32LE(at + 20),
    size: archive.readUInt32LE(at + 24),
    offset: archive.readUInt32LE(at + 42),
  };
}

function findContent(archive: Buffer, { offset, packed }: Entry, refuse: (why: string) => Fault): Buffer {
  if (archive.readUInt32LE(offset) !== LOCAL) throw refuse('is damaged');
  const start = offset + LOCAL_SIZE + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
  if (start + packed > archive.length) throw refuse('is cut short');
  return archive.subarray(start, start + packed);
}
