/** Bytes of a container's header, and the least of an entry's. */
export const CONTAINER_HEADER = 16;
export const ENTRY_HEADER = 64;
/** No header of an entry is larger; those of concatenated entries list what they hold. */
const HEADER_LIMIT = 2 ** 18;
const CONTAINER_LIMIT = 2 ** 40;

/** 0xBA55ED50, little endian, then version 1 and the length of the header. */
export const CONTAINER_START = Buffer.from([0x50, 0xed, 0x55, 0xba, 1, 0, CONTAINER_HEADER, 0]);

const KIND_PTX = 1;
const KIND_ELF = 2;
/** Several entries compressed together; their own headers follow this one's (fatbinary --concat, CUDA 13). */
const KIND_CONCATENATED = 256;
const ENTRY_VERSION = 0x0101;
const ARCHITECTURE_SPECIFIC = 20;
const FAMILY_SPECIFIC = 21;

/** One piece of a container: how long it is, and what GPU code it holds. */
export interface FatEntry {
  readonly header: number;
  readonly data: number;
  /** Its header has more to say than the bytes at hand. */
  readonly partial: boolean;
  /** `sm_90a` for machine code, `compute_90` for PTX; empty for other kinds. */
  readonly targets: readonly string[];
}

/** Bytes of the entries that follow a container's header; undefined when it is no such header (fatbinary, CUDA 4 to 13). */
export function readContainer(header: Buffer): number | undefined {
  if (header.indexOf(CONTAINER_START) !== 0) return undefined;
  const size = header.readBigUInt64LE(8);
  return size > 0n && size <= CONTAINER_LIMIT ? Number(size) : undefined;
}

/** An entry from the beginning of its header, `room` bytes before its container ends; undefined when it is none. */
export function readEntry(bytes: Buffer, room: number): FatEntry | undefined {
  const kind = bytes.readUInt16LE(0);
  const header = bytes.readUInt32LE(4);
  const data = bytes.readBigUInt64LE(8);
  if (bytes.readUInt16LE(2) !== ENTRY_VERSION || header < ENTRY_HEADER || header > HEADER_LIMIT) return undefined;
  if (BigInt(header) + data > BigInt(room)) return undefined;
  const shape = { header, data: Number(data) };
  if (kind !== KIND_CONCATENATED) {
    const target = readTarget(bytes);
    return target === undefined ? undefined : { ...shape, partial: false, targets: target };
  }
  if (bytes.length < header) return { ...shape, partial: true, targets: [] };
  const targets = readConcatenated(bytes.subarray(0, header));
  return targets === undefined ? undefined : { ...shape, partial: false, targets };
}

/** What an entry's code is for; undefined where that cannot be an architecture. */
function readTarget(entry: Buffer): readonly string[] | undefined {
  const kind = entry.readUInt16LE(0);
  if (kind !== KIND_PTX && kind !== KIND_ELF) return [];
  const architecture = entry.readUInt32LE(28);
  if (architecture < 10 || architecture > 199) return undefined;
  const flags = entry.readBigUInt64LE(40);
  const has = (bit: number) => ((flags >> BigInt(bit)) & 1n) === 1n;
  const suffix = has(ARCHITECTURE_SPECIFIC) ? 'a' : has(FAMILY_SPECIFIC) ? 'f' : '';
  return [`${kind === KIND_PTX ? 'compute' : 'sm'}_${String(architecture)}${suffix}`];
}

/** Behind the header their number, the bytes that all of it takes, and one header each, with an offset where others have their length. */
function readConcatenated(header: Buffer): readonly string[] | undefined {
  if (header.length < ENTRY_HEADER + 8) return undefined;
  const count = header.readUInt32LE(ENTRY_HEADER);
  if (header.readUInt32LE(ENTRY_HEADER + 4) !== header.length - ENTRY_HEADER) return undefined;
  const targets: string[] = [];
  let at = ENTRY_HEADER + 8;
  for (let index = 0; index < count; index += 1) {
    const entry = header.subarray(at);
    const target = entry.length < ENTRY_HEADER ? undefined : readTarget(entry);
    if (target === undefined || entry.readUInt16LE(2) !== ENTRY_VERSION) return undefined;
    targets.push(...target);
    at += measureListed(entry);
  }
  return at === header.length ? targets : undefined;
}

/** Its options, where it has some, end with a zero byte, filled up to a multiple of eight. */
function measureListed(entry: Buffer): number {
  const options = entry.readUInt32LE(20);
  if (options === 0) return ENTRY_HEADER;
  if (options !== ENTRY_HEADER || entry.length < ENTRY_HEADER + 8) return Number.NaN;
  return Math.ceil((entry.readUInt32LE(ENTRY_HEADER) + entry.readUInt32LE(ENTRY_HEADER + 4) + 1) / 8) * 8;
}
