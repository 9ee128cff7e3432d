import { expect, test } from '@jest/globals';
import { mergeLayers } from '../../src/image/merge.ts';
import { measureWaste } from '../../src/image/waste.ts';
import type { ViewNode } from '../../src/image/view.ts';
import type { TarSpec } from '../support/tar-writer.ts';
import { listLayer } from '../support/listing.ts';

function paths(node: ViewNode, prefix = ''): string[] {
  return [...(node.children ?? [])].flatMap(([name, child]) => [
    `${prefix}${name}${child.kind === 'directory' ? '/' : child.kind === 'symlink' ? `@${child.link}` : ''}`,
    ...paths(child, `${prefix}${name}/`),
  ]);
}
const MB = 1_000_000;
const file = (name: string, size: number, fill = 'x', more: Partial<TarSpec> = {}): TarSpec => ({
  name,
  body: Buffer.alloc(size, fill),
  ...more,
});

interface Case {
  readonly name: string;
  readonly layers: readonly (readonly TarSpec[])[];
  readonly view: readonly string[];
  readonly wasted: number;
  readonly causes?: readonly string[];
}
const CASES: readonly Case[] = [
  { name: 'one layer', layers: [[file('a', 5), file('d/b', 6)]], view: ['a', 'd/', 'd/b'], wasted: 0 },
  {
    name: 'a deleted file',
    layers: [[file('a', 5), file('b', 6)], [{ name: '.wh.a' }]],
    view: ['b'],
    wasted: 5,
    causes: ['/a deleted'],
  },
  {
    name: 'a deleted folder',
    layers: [[file('d/a', 5), file('d/e/b', 6)], [{ name: '.wh.d' }]],
    view: [],
    wasted: 11,
    causes: ['/d/e/b deleted', '/d/a deleted'],
  },
  {
    name: 'a dangling whiteout',
    layers: [[file('a', 5)], [{ name: '.wh.nothing' }, { name: 'no/.wh.thing' }]],
    view: ['a', 'no/'],
    wasted: 0,
  },
  {
    name: 'an opaque folder',
    layers: [
      [file('d/a', 5), file('d/b', 6)],
      [{ name: 'd/.wh..wh..opq' }, file('d/c', 7)],
    ],
    view: ['d/', 'd/c'],
    wasted: 11,
  },
  {
    name: 'an opaque marker behind the entries it comes with',
    layers: [[file('d/a', 5)], [file('d/c', 7), { name: 'd/.wh..wh..opq' }]],
    view: ['d/', 'd/c'],
    wasted: 5,
  },
  {
    name: 'rm and mkdir in one layer, a whiteout for each child',
    layers: [
      [file('d/a', 5), file('d/b', 6)],
      [{ name: 'd/', type: '5' }, { name: 'd/.wh.a' }, { name: 'd/.wh.b' }],
    ],
    view: ['d/'],
    wasted: 11,
  },
  {
    name: 'a whiteout and a new file of the same name in one layer',
    layers: [[file('a', 5)], [file('a', 7, 'y'), { name: '.wh.a' }]],
    view: ['a'],
    wasted: 5,
  },
  {
    name: 'a whiteout that is followed by its folder made new',
    layers: [[file('d/a', 5)], [{ name: '.wh.d' }, file('d/b', 7)]],
    view: ['d/', 'd/b'],
    wasted: 5,
  },
  {
    name: 'a file that changed',
    layers: [[file('a', 5)], [file('a', 5, 'y')]],
    view: ['a'],
    wasted: 5,
    causes: ['/a overwritten'],
  },
  {
    name: 'chmod and chown copied up',
    layers: [[file('a', 5)], [file('a', 5, 'x', { mode: 0o755, uid: 1000 })]],
    view: ['a'],
    wasted: 5,
    causes: ['/a metadata-changed'],
  },
  {
    name: 'a folder replaced by a file',
    layers: [[file('d/a', 5)], [file('d', 2)]],
    view: ['d'],
    wasted: 5,
    causes: ['/d/a deleted'],
  },
  { name: 'a file replaced by a folder', layers: [[file('d', 5)], [file('d/a', 2)]], view: ['d/', 'd/a'], wasted: 5 },
  {
    name: 'a file replaced by a symlink',
    layers: [[file('a', 5)], [{ name: 'a', type: '2', link: '/b' }]],
    view: ['a@/b'],
    wasted: 5,
    causes: ['/a overwritten'],
  },
  {
    name: 'a folder whose owner changes and whose files stay',
    layers: [[file('d/a', 5)], [{ name: 'd/', type: '5', uid: 7 }]],
    view: ['d/', 'd/a'],
    wasted: 0,
  },
  {
    name: 'a hard link that keeps a deleted file’s body',
    layers: [[file('a', 5), { name: 'b', type: '1', link: 'a' }], [{ name: '.wh.a' }]],
    view: ['b'],
    wasted: 0,
  },
  {
    name: 'hard links that all go',
    layers: [
      [file('a', 5), { name: 'b', type: '1', link: './a' }],
      [{ name: '.wh.a' }, { name: '.wh.b' }],
    ],
    view: [],
    wasted: 5,
    causes: ['/b deleted'],
  },
  {
    name: 'the same body in two layers with a hard link in the second',
    layers: [[file('a', 5)], [file('a', 5), { name: 'b', type: '1', link: 'a' }]],
    view: ['a', 'b'],
    wasted: 5,
  },
  {
    name: 'a hard link to a file of the layer below',
    layers: [[file('a', 5)], [{ name: 'b', type: '1', link: 'a' }], [{ name: '.wh.a' }]],
    view: ['b'],
    wasted: 0,
  },
  {
    name: 'a hard link to a symlink',
    layers: [
      [
        { name: 's', type: '2', link: 'x' },
        { name: 'h', type: '1', link: 's' },
      ],
    ],
    view: ['s@x', 'h@x'],
    wasted: 0,
  },
  {
    name: 'a name twice in one archive',
    layers: [[file('a', 5), file('a', 6)]],
    view: ['a'],
    wasted: 5,
    causes: ['/a overwritten'],
  },
  {
    name: 'a folder and a file of one name in one archive',
    layers: [[file('a/b', 5), file('a', 6)]],
    view: ['a'],
    wasted: 5,
  },
  {
    name: 'a parent that is a symlink of the same layer',
    layers: [[{ name: 'usr/bin/', type: '5' }, { name: 'bin', type: '2', link: 'usr/bin' }, file('bin/sh', 5)]],
    view: ['usr/', 'usr/bin/', 'usr/bin/sh', 'bin@usr/bin'],
    wasted: 0,
  },
  {
    name: 'a parent that is a symlink of the layer below becomes a folder, as the overlay does it',
    layers: [
      [
        { name: 'usr/bin/', type: '5' },
        { name: 'bin', type: '2', link: 'usr/bin' },
      ],
      [file('bin/sh', 5)],
    ],
    view: ['usr/', 'usr/bin/', 'bin/', 'bin/sh'],
    wasted: 0,
  },
  {
    name: 'bodies of no bytes',
    layers: [[file('a', 0)], [{ name: '.wh.a' }]],
    view: [],
    wasted: 0,
    causes: [],
  },
  {
    name: 'the catalogue’s example: 20 MB with a hard link, chmod, rm, and a 10 MB folder added and removed',
    layers: [
      [file('a', 20 * MB), { name: 'b', type: '1', link: 'a' }],
      [file('a', 20 * MB, 'x', { mode: 0o755 })],
      [{ name: '.wh.a' }],
      [file('dir/c', 10 * MB)],
      [{ name: '.wh.dir' }],
    ],
    view: ['b'],
    wasted: 30 * MB,
    causes: ['/a deleted', '/dir/c deleted'],
  },
];

test.each(CASES)('$name', ({ layers, view, wasted, causes }) => {
  const merged = mergeLayers(layers.map(listLayer));
  expect(paths(merged.root)).toEqual(view);
  const waste = measureWaste(merged);
  expect(waste.wastedBytes).toBe(wasted);
  expect(waste.groups.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(wasted);
  if (causes !== undefined) expect(waste.paths.map(({ path, cause }) => `${path} ${cause}`)).toEqual(causes);
});

const REFUSED: readonly { name: string; layers: readonly (readonly TarSpec[])[]; says: string }[] = [
  { name: 'a hard link to nothing', layers: [[{ name: 'b', type: '1', link: 'a' }]], says: 'which is no file' },
  {
    name: 'a hard link to a folder',
    layers: [
      [
        { name: 'd/', type: '5' },
        { name: 'b', type: '1', link: 'd' },
      ],
    ],
    says: 'which is no file',
  },
  { name: 'a parent that is a file', layers: [[file('a', 1), file('a/b', 1)]], says: 'goes through a file' },
  {
    name: 'a parent that is a loop',
    layers: [[{ name: 'a', type: '2', link: 'b' }, { name: 'b', type: '2', link: 'a' }, file('a/c', 1)]],
    says: 'loop of symlinks',
  },
];
test.each(REFUSED)('refuses $name, as engines do', ({ layers, says }) => {
  expect(() => mergeLayers(layers.map(listLayer))).toThrow(says);
});

test('only the hundred largest are named, all are counted', () => {
  const names = Array.from({ length: 150 }, (_, index) => `f${String(index)}`);
  const merged = mergeLayers([
    listLayer(names.map((name, index) => file(name, index + 1))),
    listLayer(names.map((name) => ({ name: `.wh.${name}` }))),
  ]);
  const waste = measureWaste(merged);
  expect(waste.paths).toHaveLength(100);
  expect(waste.paths[0]).toEqual({ path: '/f149', bytes: 150, layer: 0, hiddenBy: 1, cause: 'deleted' });
  expect(waste.wastedBytes).toBe((150 * 151) / 2);
});

test('names are shown as UTF-8 where they are, else byte by byte', () => {
  const utf8 = Buffer.from('größe', 'utf8').toString('latin1');
  const merged = mergeLayers([
    listLayer([file(utf8, 2), file('gr\u00f6\u00dfe', 1)]),
    listLayer([{ name: `.wh.${utf8}` }, { name: '.wh.gr\u00f6\u00dfe' }]),
  ]);
  expect(measureWaste(merged).paths.map(({ path }) => path)).toEqual(['/größe', '/größe']);
});
