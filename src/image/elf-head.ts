const IDENT_AND_MACHINE = 20;
const PT_INTERP = 3;

/**
 * The first 20 bytes of an ELF program (class, byte order, type, machine), followed by the path of its loader where it names one
 * (elf(5): e_phoff, PT_INTERP). `undefined` when the bytes are no ELF header.
 */
export function readElfHead(body: Buffer): Buffer | undefined {
  if (body.length < IDENT_AND_MACHINE || body.toString('latin1', 0, 4) !== '\u007fELF') return undefined;
  const loader = findLoader(body);
  return Buffer.concat([body.subarray(0, IDENT_AND_MACHINE), Buffer.from(loader, 'latin1')]);
}

/** An unsigned number of the header's own byte order; NaN outside the bytes at hand. */
function readNumber(body: Buffer, at: number, width: 2 | 4 | 8): number {
  if (!(at >= 0 && at + width <= body.length)) return Number.NaN;
  const big = body[5] === 2;
  if (width === 8) return Number(big ? body.readBigUInt64BE(at) : body.readBigUInt64LE(at));
  return big ? body.readUIntBE(at, width) : body.readUIntLE(at, width);
}

function findLoader(body: Buffer): string {
  const wide = body[4] === 2;
  const address = wide ? 8 : 4;
  const table = readNumber(body, wide ? 32 : 28, address);
  const size = readNumber(body, wide ? 54 : 42, 2);
  const count = readNumber(body, wide ? 56 : 44, 2);
  for (let index = 0; index < count; index += 1) {
    const at = table + index * size;
    if (readNumber(body, at, 4) !== PT_INTERP) continue;
    const offset = readNumber(body, at + (wide ? 8 : 4), address);
    const length = readNumber(body, at + (wide ? 32 : 16), address);
    // Outside the bytes at hand: the loader stays unknown, which no rule takes for missing.
    return offset + length <= body.length ? body.toString('latin1', offset, offset + length - 1) : '';
  }
  return '';
}
