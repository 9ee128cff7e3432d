import { DamagedContent } from './damage.ts';

export const BLOCK = 512;

/** The fields of one tar header block, before PAX records and GNU long names are applied. */
export interface TarHeader {
  readonly type: string;
  readonly name: string;
  readonly linkName: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** The old GNU sparse map goes on in further blocks. */
  readonly sparseExtended: boolean;
}

/** Whether a block is all zeros, as the two that end an archive. */
export function isZeroBlock(block: Buffer, start: number): boolean {
  for (let at = start; at < start + BLOCK; at += 1) if (block[at] !== 0) return false;
  return true;
}

/** Parses a header block (POSIX ustar, GNU, V7); names are latin1 so that every byte survives; DamagedContent when the checksum or a number is wrong. */
export function parseTarHeader(block: Buffer, start: number): TarHeader {
  if (!hasValidChecksum(block, start)) throw new DamagedContent('tar header with a wrong checksum');
  const name = readText(block, start, 100);
  const code = block[start + 156] ?? 0;
  const type = code === 0 ? (name.endsWith('/') ? '5' : '0') : String.fromCharCode(code);
  const magic = block.toString('latin1', start + 257, start + 263);
  const prefix = magic === 'ustar\0' ? readText(block, start + 345, 155) : '';
  return {
    type,
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkName: readText(block, start + 157, 100),
    mode: readNumber(block, start + 100, 8, 'mode'),
    uid: readNumber(block, start + 108, 8, 'uid'),
    gid: readNumber(block, start + 116, 8, 'gid'),
    size: readNumber(block, start + 124, 12, 'size'),
    sparseExtended: type === 'S' && block[start + 482] !== 0,
  };
}

/** Text up to the first NUL. */
export function readText(block: Buffer, start: number, length: number): string {
  let end = start;
  const limit = start + length;
  while (end < limit && block[end] !== 0) end += 1;
  return end === start ? '' : block.toString('latin1', start, end);
}

function hasValidChecksum(block: Buffer, start: number): boolean {
  let unsigned = 0;
  let high = 0;
  for (let at = start; at < start + BLOCK; at += 1) {
    const byte = block[at] ?? 0;
    unsigned += byte;
    high += byte >> 7;
  }
  for (let at = start + 148; at < start + 156; at += 1) {
    const byte = block[at] ?? 0;
    unsigned += 32 - byte;
    high -= byte >> 7;
  }
  const stored = readNumber(block, start + 148, 8, 'checksum');
  // Some old writers summed signed bytes; each byte over 127 then counts 256 less.
  return stored === unsigned || stored === unsigned - 256 * high;
}

/** An octal number, or GNU base-256 when the first bit is set. */
function readNumber(block: Buffer, start: number, length: number, field: string): number {
  const first = block[start] ?? 0;
  if (first >= 0x80) return readBinary(block, start, length, field);
  let at = start;
  const end = start + length;
  while (at < end && (block[at] === 0x20 || block[at] === 0)) at += 1;
  let value = 0;
  for (; at < end; at += 1) {
    const byte = block[at] ?? 0;
    if (byte === 0 || byte === 0x20) break;
    if (byte < 0x30 || byte > 0x37) throw new DamagedContent(`tar header with a ${field} that is no number`);
    value = value * 8 + byte - 0x30;
  }
  return value;
}

function readBinary(block: Buffer, start: number, length: number, field: string): number {
  let value = (block[start] ?? 0) & 0x7f;
  const negative = ((block[start] ?? 0) & 0x40) !== 0;
  for (let at = start + 1; at < start + length; at += 1) value = value * 256 + (block[at] ?? 0);
  if (negative || !Number.isSafeInteger(value)) throw new DamagedContent(`tar header with an impossible ${field}`);
  return value;
}
