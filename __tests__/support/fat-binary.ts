/** One piece of GPU code: `sm_90a` machine code, `compute_90` PTX, with the length of its (zero) bytes. */
export interface CodeSpec {
  readonly target: string;
  readonly bytes?: number;
  /** Length of its header; the compiler writes 64 to 120. */
  readonly header?: number;
}

const SUFFIXES: Readonly<Record<string, bigint>> = { a: 1n << 20n, f: 1n << 21n };

/** A header as nvcc's fatbinary writes it, by its own outputs (docs/decisions/0140). */
function writeEntry({ target, bytes = 24, header = 64 }: CodeSpec): Buffer {
  const [, kind, version, suffix = ''] = /^(sm|compute)_(\d+)([af]?)$/.exec(target) ?? [];
  const entry = Buffer.alloc(header + bytes);
  entry.writeUInt16LE(kind === 'compute' ? 1 : 2, 0);
  entry.writeUInt16LE(0x0101, 2);
  entry.writeUInt32LE(header, 4);
  entry.writeBigUInt64LE(BigInt(bytes), 8);
  entry.writeUInt32LE(header > 64 ? 64 : 0, 20);
  entry.writeUInt16LE(kind === 'compute' ? 8 : 1, 24);
  entry.writeUInt16LE(8, 26);
  entry.writeUInt32LE(Number(version), 28);
  entry.writeBigUInt64LE(0x8011n | (SUFFIXES[suffix] ?? 0n), 40);
  return entry;
}

function writeContainer(entries: readonly Buffer[]): Buffer {
  const body = Buffer.concat(entries);
  const head = Buffer.alloc(16);
  head.writeUInt32LE(0xba55ed50, 0);
  head.writeUInt16LE(1, 4);
  head.writeUInt16LE(16, 6);
  head.writeBigUInt64LE(BigInt(body.length), 8);
  return Buffer.concat([head, body]);
}

/** A container of these pieces. */
export function fatBinary(...specs: readonly (CodeSpec | string)[]): Buffer {
  return writeContainer(specs.map((spec) => writeEntry(typeof spec === 'string' ? { target: spec } : spec)));
}

/** A container whose pieces are compressed together (fatbinary --concat): their headers follow one common header. */
export function concatenatedFatBinary(targets: readonly string[], options = 0): Buffer {
  const listed = targets.map((target) => {
    const entry = writeEntry({ target, bytes: 0, header: options === 0 ? 64 : Math.ceil((72 + options + 1) / 8) * 8 });
    // An offset stands where others have the length of their header.
    entry.writeUInt32LE(4096, 4);
    if (options > 0) {
      entry.writeUInt32LE(72, 64);
      entry.writeUInt32LE(options, 68);
    }
    return entry;
  });
  const inner = Buffer.concat([Buffer.alloc(8), ...listed]);
  inner.writeUInt32LE(targets.length, 0);
  inner.writeUInt32LE(inner.length, 4);
  const data = Buffer.alloc(104);
  const head = Buffer.alloc(64);
  head.writeUInt16LE(256, 0);
  head.writeUInt16LE(0x0101, 2);
  head.writeUInt32LE(64 + inner.length, 4);
  head.writeBigUInt64LE(BigInt(data.length), 8);
  head.writeUInt32LE(64, 20);
  head.writeBigUInt64LE(0x8011n, 40);
  return writeContainer([Buffer.concat([head, inner, data])]);
}

/** The beginning of a shared object, with these bytes somewhere in it. */
export function elfWith(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from('\u007fELF', 'latin1'), Buffer.alloc(60), ...parts, Buffer.alloc(40)]);
}
