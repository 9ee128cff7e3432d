import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DamagedContent } from '../../src/image/damage.ts';
import { walkTar, type TarEntry } from '../../src/image/tar-walk.ts';
import { sealHeader, writeEntry, writeTar, type TarSpec } from '../support/tar-writer.ts';

interface Seen extends TarEntry {
  readonly body: string;
}

function readTar(tar: Buffer, step = tar.length): Seen[] {
  const seen: Seen[] = [];
  let open: TarEntry | undefined;
  let body: Buffer[] = [];
  const walk = walkTar({
    entry: (entry) => {
      open = entry;
      body = [];
    },
    body: (chunk, start, end) => {
      body.push(Buffer.from(chunk.subarray(start, end)));
    },
    close: () => {
      if (open !== undefined) seen.push({ ...open, body: Buffer.concat(body).toString('latin1') });
    },
  });
  for (let at = 0; at < tar.length; at += Math.max(1, step)) walk.push(tar.subarray(at, at + Math.max(1, step)));
  walk.end();
  return seen;
}

const LONG = `${'folder/'.repeat(30)}file`;
const sparseExtension = (): Buffer => Buffer.alloc(512);

function sparseEntry(): Buffer {
  const header = writeEntry({ name: 'sparse', type: 'S', size: 600 }).subarray(0, 512);
  header[482] = 1;
  const more = sparseExtension();
  more[504] = 1;
  return Buffer.concat([sealHeader(header), more, sparseExtension(), Buffer.alloc(1024, 'd')]);
}

const READ: readonly { name: string; tar: Buffer; expected: readonly Partial<Seen>[] }[] = [
  {
    name: 'plain entries of every type',
    tar: writeTar([
      { name: 'd/', type: '5', mode: 0o1777, uid: 1, gid: 2 },
      { name: 'd/f', body: 'hello', mode: 0o4755 },
      { name: 'd/h', type: '1', link: 'd/f' },
      { name: 'd/s', type: '2', link: '../x' },
      { name: 'c', type: '3' },
      { name: 'b', type: '4' },
      { name: 'p', type: '6' },
      { name: 'contiguous', type: '7', body: 'x' },
    ]),
    expected: [
      { type: 'directory', name: 'd/', mode: 0o1777, uid: 1, gid: 2 },
      { type: 'file', name: 'd/f', body: 'hello', size: 5, mode: 0o4755 },
      { type: 'hardlink', name: 'd/h', linkName: 'd/f' },
      { type: 'symlink', name: 'd/s', linkName: '../x' },
      { type: 'character', name: 'c' },
      { type: 'block', name: 'b' },
      { type: 'fifo', name: 'p' },
      { type: 'file', name: 'contiguous', body: 'x' },
    ],
  },
  {
    name: 'the V7 folder',
    tar: writeTar([
      { name: 'old/', type: '\0' },
      { name: 'file', type: '\0', body: 'a' },
    ]),
    expected: [{ type: 'directory' }, { type: 'file', body: 'a' }],
  },
  {
    name: 'GNU long names',
    tar: writeTar([
      { name: LONG, gnuLong: true, body: 'x' },
      { name: 'after', body: 'y' },
    ]),
    expected: [
      { name: LONG, body: 'x' },
      { name: 'after', body: 'y' },
    ],
  },
  {
    name: 'GNU long links',
    tar: writeTar([{ name: 'l', type: '2', link: LONG, gnuLong: true }]),
    expected: [{ name: 'l', linkName: LONG }],
  },
  {
    name: 'PAX path, link, owner and attributes',
    tar: writeTar([
      {
        name: 'short',
        type: '2',
        link: 'x',
        pax: { path: LONG, linkpath: `${LONG}2`, uid: '3000000', gid: '4000000', mtime: '1.5' },
      },
      { name: 'next', pax: { 'SCHILY.xattr.security.capability': '\u0001\0\0=\n\u00ff' } },
    ]),
    expected: [
      { name: LONG, linkName: `${LONG}2`, uid: 3_000_000, gid: 4_000_000 },
      { name: 'next', xattrs: ['security.capability'], uid: 0 },
    ],
  },
  {
    name: 'a PAX size over the header’s',
    tar: Buffer.concat([
      writeEntry({ name: 'x', type: 'x', body: '11 size=4\n'.replace('11', '10') }),
      writeEntry({ name: 'f', size: 0 }),
      Buffer.from('abcd'),
      Buffer.alloc(508),
      Buffer.alloc(1024),
    ]),
    expected: [{ name: 'f', size: 4, body: 'abcd' }],
  },
  {
    name: 'a sparse file under its real name',
    tar: writeTar([
      { name: 'GNUSparseFile.1/f', body: 'data', pax: { 'GNU.sparse.name': 'f', path: 'GNUSparseFile.1/f' } },
    ]),
    expected: [{ name: 'f', size: 4 }],
  },
  {
    name: 'an old GNU sparse file with more map blocks',
    tar: Buffer.concat([sparseEntry(), writeTar([{ name: 'after' }])]),
    expected: [{ name: 'sparse', size: 600, body: 'd'.repeat(600) }, { name: 'after' }],
  },
  {
    name: 'a global PAX header that changes nothing',
    tar: writeTar([{ name: 'g', type: 'g', body: '13 path=xxx\n'.replace('13', '12') }, { name: 'f' }]),
    expected: [{ name: 'f' }],
  },
  {
    name: 'sizes on entries that have no body',
    tar: writeTar([{ name: 'h', type: '1', link: 'x', size: 5000 }, { name: 'd', type: '5', size: 7 }, { name: 'f' }]),
    expected: [{ size: 0 }, { size: 0 }, { name: 'f' }],
  },
  {
    name: 'names that differ in one invalid byte',
    tar: writeTar([{ name: 'a\u00e4' }, { name: 'a\u00e5' }]),
    expected: [{ name: 'a\u00e4' }, { name: 'a\u00e5' }],
  },
  { name: 'an archive without its end blocks', tar: writeTar([{ name: 'f' }], Buffer.alloc(0)), expected: [{}] },
  { name: 'an archive with one end block', tar: writeTar([{ name: 'f' }], Buffer.alloc(512)), expected: [{}] },
  {
    name: 'whatever follows the end',
    tar: Buffer.concat([writeTar([{ name: 'f' }]), Buffer.alloc(700, 'x')]),
    expected: [{ name: 'f' }],
  },
  { name: 'nothing at all', tar: Buffer.alloc(0), expected: [] },
];

test.each(READ)('reads $name, however it is cut', ({ tar, expected }) => {
  for (const step of [tar.length, 1, 511, 512, 513, 1000]) {
    const seen = readTar(tar, step);
    expect(seen).toHaveLength(expected.length);
    expect(seen).toMatchObject(expected);
  }
});

test('a size over 8 GiB is read in base 256', () => {
  const size = 9 * 2 ** 30;
  let seen = 0;
  const walk = walkTar({
    entry: (entry) => {
      seen = entry.size;
    },
    body: () => undefined,
    close: () => undefined,
  });
  walk.push(writeEntry({ name: 'f', size }));
  expect(seen).toBe(size);
  expect(walk.end).toThrow('ends inside an entry');
});

const whole = writeTar([{ name: 'f', body: 'x'.repeat(600) }]);
function corrupt(spec: TarSpec, change: (header: Buffer) => void): Buffer {
  const entry = writeEntry(spec);
  change(entry);
  sealHeader(entry.subarray(0, 512));
  return entry;
}
const REFUSED: readonly { name: string; tar: Buffer; says: RegExp }[] = [
  { name: 'a cut header', tar: whole.subarray(0, 300), says: /ends inside/ },
  { name: 'a cut body', tar: whole.subarray(0, 900), says: /ends inside/ },
  { name: 'a cut padding', tar: whole.subarray(0, 1200), says: /ends inside/ },
  { name: 'a long name without an entry', tar: writeEntry({ name: 'x', type: 'L', body: 'y\0' }), says: /ends inside/ },
  { name: 'an entry after a zero block', tar: Buffer.concat([Buffer.alloc(512), whole]), says: /goes on/ },
  {
    name: 'a wrong checksum',
    tar: Buffer.concat([Buffer.from('z'), whole.subarray(1)]),
    says: /wrong checksum/,
  },
  { name: 'an unknown type', tar: writeTar([{ name: 'f', type: 'V' }]), says: /unknown type "V"/ },
  {
    name: 'a size that is no number',
    tar: corrupt({ name: 'f' }, (h) => h.write('12x', 124)),
    says: /size that is no/,
  },
  { name: 'a negative size', tar: corrupt({ name: 'f' }, (h) => h.fill(0xff, 124, 136)), says: /impossible size/ },
  {
    name: 'a PAX record with a wrong length',
    tar: writeTar([{ name: 'x', type: 'x', body: '99 path=a\n' }]),
    says: /wrong record length/,
  },
  {
    name: 'a PAX record without a value',
    tar: writeTar([{ name: 'x', type: 'x', body: '7 path\n' }]),
    says: /no value/,
  },
  { name: 'a PAX path with a NUL', tar: writeTar([{ name: 'f', pax: { path: 'a\0b' } }]), says: /NUL/ },
  { name: 'a PAX size that is none', tar: writeTar([{ name: 'f', pax: { size: '-4' } }]), says: /impossible size/ },
  {
    name: 'a header of headers',
    tar: writeEntry({ name: 'x', type: 'x', size: 5 * 2 ** 20 }),
    says: /longer than 4 MiB/,
  },
];

test.each(REFUSED)('refuses $name', ({ tar, says }) => {
  expect(() => readTar(tar)).toThrow(says);
  expect(() => readTar(tar)).toThrow(DamagedContent);
});

const specs = fc.array(
  fc.record({
    name: fc.string({ minLength: 1, maxLength: 200 }).map((name) => name.replace(/[^ -~]|\0/g, 'x')),
    type: fc.constantFrom('0', '5', '2', '1', '3', '6', 'x', 'L', 'K', 'g', 'S'),
    body: fc.string({ maxLength: 1500 }).map((body) => body.replace(/[^ -~]/g, 'y')),
    link: fc.string({ maxLength: 20 }),
    gnuLong: fc.boolean(),
  }),
  { maxLength: 6 },
);

test('mutated archives are read or refused, never anything else', () => {
  fc.assert(
    fc.property(
      specs,
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }),
      fc.nat(),
      fc.boolean(),
      (entries, mutations, cut, seal) => {
        const tar = writeTar(entries.map(({ gnuLong, ...spec }) => (gnuLong ? { ...spec, gnuLong } : spec)));
        for (const [at, byte] of mutations) tar[at % tar.length] = byte;
        for (let at = 0; seal && at + 512 <= tar.length; at += 512) sealHeader(tar.subarray(at, at + 512));
        const input = tar.subarray(0, tar.length - (cut % tar.length));
        try {
          const seen = readTar(input, 700);
          expect(seen.reduce((sum, entry) => sum + entry.size, 0)).toBeLessThanOrEqual(input.length);
        } catch (error) {
          expect(error).toBeInstanceOf(DamagedContent);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('how the stream is cut changes nothing', () => {
  fc.assert(
    fc.property(specs, fc.integer({ min: 1, max: 2000 }), (entries, step) => {
      const usual = entries
        .filter(({ type }) => '052136'.includes(type))
        .map((spec) => (spec.type === '0' ? spec : { ...spec, body: '' }));
      const tar = writeTar(usual.map(({ gnuLong, ...spec }) => (gnuLong ? { ...spec, gnuLong } : spec)));
      expect(readTar(tar, step)).toEqual(readTar(tar));
    }),
    { numRuns: 100 },
  );
});
