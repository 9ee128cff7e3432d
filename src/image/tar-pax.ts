import { DamagedContent } from './damage.ts';

/** The PAX records of one extended header that change what an entry is. */
export interface PaxRecords {
  path?: string;
  /** The real name of a sparse file; its `path` is a made-up one. */
  sparseName?: string;
  linkPath?: string;
  size?: number;
  uid?: number;
  gid?: number;
  /** Extended attributes it sets, e.g. `security.capability`. */
  readonly xattrs: string[];
}

const XATTR = 'SCHILY.xattr.';
const NEWLINE = 0x0a;
const SPACE = 0x20;
const EQUALS = 0x3d;

/** Parses `<length> <key>=<value>\n` records (POSIX pax); values stay latin1 as names do; DamagedContent when a length does not fit. */
export function parsePax(body: Buffer): PaxRecords {
  const records: PaxRecords = { xattrs: [] };
  let at = 0;
  while (at < body.length) {
    const space = body.indexOf(SPACE, at);
    const digits = space < 0 ? '' : body.toString('latin1', at, space);
    const end = at + Number(digits);
    if (!/^\d{1,9}$/.test(digits) || end > body.length || end <= space + 1 || body[end - 1] !== NEWLINE) {
      throw new DamagedContent('PAX header with a wrong record length');
    }
    const equals = body.indexOf(EQUALS, space);
    if (equals < 0 || equals >= end) throw new DamagedContent('PAX header with a record that has no value');
    apply(records, body.toString('latin1', space + 1, equals), body.toString('latin1', equals + 1, end - 1));
    at = end;
  }
  return records;
}

function apply(records: PaxRecords, key: string, value: string): void {
  switch (key) {
    case 'path':
      records.path = checkText(key, value);
      break;
    case 'GNU.sparse.name':
      records.sparseName = checkText(key, value);
      break;
    case 'linkpath':
      records.linkPath = checkText(key, value);
      break;
    case 'size':
    case 'uid':
    case 'gid':
      if (value !== '') records[key] = parseCount(key, value);
      break;
    default:
      if (key.startsWith(XATTR)) records.xattrs.push(key.slice(XATTR.length));
  }
}

function checkText(key: string, value: string): string {
  if (value.includes('\0')) throw new DamagedContent(`PAX header with a NUL byte in its ${key}`);
  return value;
}

function parseCount(key: string, value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number)) {
    throw new DamagedContent(`PAX header with an impossible ${key}`);
  }
  return number;
}
