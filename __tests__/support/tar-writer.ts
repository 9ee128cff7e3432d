/** One entry as a test writes it; everything but the name has a default. */
export interface TarSpec {
  readonly name: string;
  readonly type?: string;
  readonly body?: string | Buffer;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly link?: string;
  /** Size field when it is not the body's length. */
  readonly size?: number;
  readonly pax?: Readonly<Record<string, string>>;
  /** GNU long name and long link entries before the header. */
  readonly gnuLong?: boolean;
}

/** An archive with its two zero blocks; names and PAX values are latin1 bytes. */
export function writeTar(entries: readonly TarSpec[], trailer: Buffer = Buffer.alloc(1024)): Buffer {
  return Buffer.concat([...entries.map(writeEntry), trailer]);
}

/** Header, body and padding of one entry, with the extra headers it asks for. */
export function writeEntry(spec: TarSpec): Buffer {
  const parts: Buffer[] = [];
  if (spec.pax !== undefined) parts.push(writeEntry({ name: 'PaxHeaders/x', type: 'x', body: paxBody(spec.pax) }));
  if (spec.gnuLong === true) {
    parts.push(writeEntry({ name: '././@LongLink', type: 'L', body: Buffer.from(`${spec.name}\0`, 'latin1') }));
    if (spec.link !== undefined) {
      parts.push(writeEntry({ name: '././@LongLink', type: 'K', body: Buffer.from(`${spec.link}\0`, 'latin1') }));
    }
  }
  const body = toBuffer(spec.body ?? '');
  parts.push(writeHeader(spec, body.length), body, Buffer.alloc((512 - (body.length % 512)) % 512));
  return Buffer.concat(parts);
}

function writeHeader(spec: TarSpec, bodyLength: number): Buffer {
  const header = Buffer.alloc(512);
  header.write(spec.name.slice(0, 100), 0, 'latin1');
  writeOctal(header, 100, 8, spec.mode ?? (spec.type === '5' ? 0o755 : 0o644));
  writeOctal(header, 108, 8, spec.uid ?? 0);
  writeOctal(header, 116, 8, spec.gid ?? 0);
  writeOctal(header, 124, 12, spec.size ?? bodyLength);
  writeOctal(header, 136, 12, 0);
  header.write(spec.type ?? '0', 156, 'latin1');
  header.write((spec.link ?? '').slice(0, 100), 157, 'latin1');
  header.write('ustar\u000000', 257, 'latin1');
  return sealHeader(header);
}

/** Fills in the checksum of a header block. */
export function sealHeader(header: Buffer): Buffer {
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

function writeOctal(header: Buffer, at: number, length: number, value: number): void {
  const digits = value.toString(8);
  if (digits.length < length) {
    header.write(`${digits.padStart(length - 1, '0')}\0`, at, 'latin1');
    return;
  }
  let rest = BigInt(value);
  for (let index = at + length - 1; index >= at; index -= 1) {
    header[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  header[at] = 0x80 | (header[at] ?? 0);
}

function paxBody(records: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    let length = rest.length + 1;
    while (`${String(length)}${rest}`.length !== length) length += 1;
    return `${String(length)}${rest}`;
  });
  return Buffer.from(lines.join(''), 'latin1');
}

function toBuffer(body: string | Buffer): Buffer {
  return typeof body === 'string' ? Buffer.from(body, 'latin1') : body;
}
