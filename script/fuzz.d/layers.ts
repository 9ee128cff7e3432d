import { createKeeper } from '../../src/image/body-keeper.ts';
import { DamagedContent } from '../../src/image/damage.ts';
import { recordEntries } from '../../src/image/layer-entries.ts';
import { createListingWriter, readListing } from '../../src/image/layer-listing.ts';
import { mergeLayers } from '../../src/image/merge.ts';
import { walkTar } from '../../src/image/tar-walk.ts';
import { resolvePath, type ViewNode } from '../../src/image/view.ts';
import { measureWaste } from '../../src/image/waste.ts';
import { writeEntry, writeTar, type TarSpec } from '../../__tests__/support/tar-writer.ts';
import { type FuzzTarget, mustHold } from './target.ts';

const NAMES = [
  'a',
  'b/',
  './a/b',
  '/c',
  'a/../b',
  '..',
  '.wh.a',
  'a/.wh..wh..opq',
  '.wh.',
  '.wh..wh.plnk',
  'é'.repeat(60),
];
const SPECS: readonly (readonly TarSpec[])[] = [
  NAMES.map((name) => ({ name, body: name })),
  [
    { name: 'a/', type: '5' },
    { name: 'a/b', body: 'x'.repeat(700) },
    { name: 'h', type: '1', link: 'a/b' },
    { name: 's', type: '2', link: '/a' },
    { name: 's/t', body: 'y' },
    { name: 'c', type: '3' },
    { name: 'p', type: '6' },
  ],
  [{ name: 'long'.repeat(60), gnuLong: true, link: 'l'.repeat(300), type: '2' }],
  [
    {
      name: 'x',
      pax: { path: 'p/q', size: '3', uid: '7', 'GNU.sparse.name': 'n', 'SCHILY.xattr.security.capability': 'v' },
      body: 'abc',
    },
  ],
  [{ name: 'loop', type: '2', link: 'loop' }, { name: 'loop/x' }],
];

function readLayer(tar: Buffer, step: number): Buffer {
  const writer = createListingWriter();
  const walk = walkTar(recordEntries(writer, [createKeeper()]));
  for (let at = 0; at < tar.length; at += step) walk.push(tar.subarray(at, at + step));
  walk.end();
  return writer.finish();
}

function tryRead(tar: Buffer, step: number): Buffer | string {
  try {
    return readLayer(tar, step);
  } catch (error) {
    if (error instanceof DamagedContent) return error.message;
    throw error;
  }
}

/** The tar reader: the same answer whatever pieces the bytes come in, and a listing that can be read back. */
export const tarTarget: FuzzTarget = {
  name: 'tar',
  seeds: () => [...SPECS.map((specs) => writeTar(specs)), Buffer.alloc(1024), Buffer.alloc(0)],
  words: [
    'ustar\0',
    'ustar  \0',
    '\0'.repeat(512),
    '.wh.',
    '.wh..wh..opq',
    '../',
    '/',
    '77777777777',
    '\x80',
    '30 path=a\n',
  ],
  run: (input) => {
    const whole = tryRead(input, Math.max(1, input.length));
    for (const step of [1, 7, 511, 513].filter((size) => size > 1 || input.length < 4096)) {
      const pieces = tryRead(input, step);
      const same = typeof whole === 'string' ? whole === pieces : typeof pieces !== 'string' && whole.equals(pieces);
      mustHold(same, `pieces of ${String(step)} bytes are read differently`);
    }
    if (typeof whole === 'string') return whole.replaceAll(/"[^"]*"|\d+/g, '_').slice(0, 80);
    const kinds = [...readListing(whole)].map(({ kind, size }) => `${kind}${size > 0 ? '+' : ''}`);
    return kinds.slice(0, 12).join(' ');
  },
};

const PARTS = ['a', 'b', 'c', '.wh.a', '.wh.b', '.wh..wh..opq', '.wh.', '.wh..wh.x', '..', '.', '', '.wh...', 'a b'];
const TYPES = ['0', '0', '0', '5', '2', '1', '3'];
const LINKS = ['a', '../b', '/c', 'a/b', '.', '', '..', 'a/a/a'];

/** Each four bytes are one entry: its place, depth and names, type and link. */
function writeLayers(input: Buffer): Buffer[] {
  const layers: TarSpec[][] = [[]];
  for (let at = 0; at + 4 <= Math.min(input.length, 1200); at += 4) {
    const [head = 0, names = 0, type = 0, link = 0] = input.subarray(at, at + 4);
    if (head >= 240) layers.push([]);
    const parts = [names & 15, names >> 4, type >> 4].slice(0, 1 + (head % 3));
    layers.at(-1)?.push({
      name: parts.map((part) => PARTS[part % PARTS.length] ?? '').join('/'),
      type: TYPES[type % TYPES.length] ?? '0',
      link: LINKS[link % LINKS.length] ?? '',
      body: TYPES[type % TYPES.length] === '0' ? 'x'.repeat(link) : '',
    });
  }
  return layers.map((specs) => Buffer.concat([...specs.map(writeEntry), Buffer.alloc(1024)]));
}

/** The whiteout algebra: nothing is lost or counted twice, no marker and no way out of the root is visible. */
export const whiteoutTarget: FuzzTarget = {
  name: 'whiteout',
  seeds: () => [
    Buffer.from([0, 0, 0, 9, 241, 3, 0, 0]),
    Buffer.from([1, 0x10, 0, 40, 241, 0x50, 0, 0, 1, 0x10, 0, 40]),
    Buffer.from([0, 0, 4, 1, 1, 0x10, 0, 7, 250, 0, 5, 0]),
    Buffer.alloc(400, 0x21),
  ],
  words: ['\xf1\x05\x00\x00', '\x00\x03\x00\x00', '\x01\x10\x04\x01'],
  run: (input) => {
    const listings: Buffer[] = [];
    try {
      for (const tar of writeLayers(input)) listings.push(readLayer(tar, tar.length));
      const view = mergeLayers(listings);
      const seen = lookAt(view.root, 0);
      const waste = measureWaste(view);
      mustHold(waste.totalBodyBytes === seen.bytes + waste.wastedBytes, 'bytes are lost or counted twice');
      for (const path of ['a', 'a/b', '../../a', 'c/a/b']) resolvePath(view.root, path);
      return `${String(listings.length)} ${String(Math.min(9, seen.names.size))} ${String(view.hidden.length % 8)} ${seen.shape}`;
    } catch (error) {
      if (error instanceof DamagedContent) return error.message.replaceAll(/"[^"]*"/g, '_');
      throw error;
    }
  },
};

function lookAt(node: ViewNode, depth: number) {
  const bodies = new Map<unknown, number>();
  const names = new Set<string>();
  let shape = '';
  const visit = (folder: ViewNode, level: number): void => {
    mustHold(level < 50, 'the view is deeper than its names');
    for (const [name, child] of folder.children ?? []) {
      // Engines make parents of any name: `.wh.a/b` has a folder that no entry describes.
      const implied = child.kind === 'directory' && child.index < 0 && !name.startsWith('.wh..wh.');
      mustHold(!/^\.wh\.|^\.{0,2}$|\//.test(name) || implied, `the name ${JSON.stringify(name)} is visible`);
      names.add(name);
      if (shape.length < 24) shape += `${String(level)}${child.kind.charAt(0)}`;
      if (child.body !== undefined) {
        mustHold(child.body.names > 0, 'a visible body counts as hidden');
        bodies.set(child.body, child.body.size);
      }
      visit(child, level + 1);
    }
  };
  visit(node, depth);
  return { bytes: [...bodies.values()].reduce((sum, size) => sum + size, 0), names, shape };
}
