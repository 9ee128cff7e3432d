import { afterAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  lstatSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { mergeLayers } from '../../src/image/merge.ts';
import type { ViewNode } from '../../src/image/view.ts';
import { measureWaste } from '../../src/image/waste.ts';
import { listTar } from '../support/listing.ts';
import { writeTar, type TarSpec } from '../support/tar-writer.ts';

const scratch = mkdtempSync(join(tmpdir(), 'slipway-merge-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

/**
 * The second implementation: each layer is unpacked by the system's tar into an empty folder, its whiteouts are carried out on the merged
 * folder by rm, and the rest is copied over it by cp, which keeps hard links; what is in the way with another type is removed first.
 */
const APPLY = `
set -eu
merged=$1 layer=$2 upper=$3
mkdir -p "$upper"
tar -x -P -f "$layer" -C "$upper" --no-same-owner
cd "$upper"
find . -name '.wh..wh..opq' | while read -r marker; do
  folder=$(dirname "$marker")
  if [ -d "$merged/$folder" ] && [ ! -L "$merged/$folder" ]; then find "$merged/$folder" -mindepth 1 -delete; fi
done
find . -name '.wh.*' ! -name '.wh..wh..opq' | while read -r whiteout; do
  folder=$(dirname "$whiteout") name=$(basename "$whiteout")
  inside=yes
  walked=.
  for part in $(echo "$folder" | tr / ' '); do
    walked=$walked/$part
    if [ -L "$merged/$walked" ] || [ ! -d "$merged/$walked" ]; then inside=no; fi
  done
  if [ $inside = yes ]; then rm -rf "$merged/$folder/\${name#.wh.}"; fi
done
find . -name '.wh.*' -delete
find . -mindepth 1 | while read -r path; do
  if [ -L "$merged/$path" ] || [ -e "$merged/$path" ]; then
    if [ -d "$merged/$path" ] && [ ! -L "$merged/$path" ] && [ -d "$path" ] && [ ! -L "$path" ]; then continue; fi
    rm -rf "$merged/$path"
  fi
done
cp -a . "$merged/"
`;

function applyWithTar(tars: readonly Buffer[]): { listing: string[]; bytes: number } {
  const folder = mkdtempSync(join(scratch, 'run-'));
  const merged = join(folder, 'merged');
  mkdirSync(merged);
  tars.forEach((tar, index) => {
    const layer = join(folder, `${String(index)}.tar`);
    writeFileSync(layer, tar);
    execFileSync('sh', ['-c', APPLY, 'apply', merged, layer, join(folder, `upper-${String(index)}`)], {
      stdio: 'pipe',
    });
  });
  const inodes = new Map<number, number>();
  const listing = listFolder(merged, '', inodes);
  rmSync(folder, { recursive: true, force: true });
  return { listing, bytes: [...inodes.values()].reduce((sum, size) => sum + size, 0) };
}

function listFolder(root: string, below: string, inodes: Map<number, number>): string[] {
  return readdirSync(join(root, below))
    .sort()
    .flatMap((name) => {
      const path = below === '' ? name : `${below}/${name}`;
      const stat = lstatSync(join(root, path));
      if (stat.isDirectory()) return [`${path}/`, ...listFolder(root, path, inodes)];
      if (stat.isSymbolicLink()) return [`${path}@${readlinkSync(join(root, path))}`];
      inodes.set(stat.ino, stat.size);
      return [`${path} ${String(stat.size)} ${String(crc32(readFileSync(join(root, path))))}`];
    });
}

function listView(node: ViewNode, below = ''): string[] {
  return [...(node.children ?? [])]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, child]) => {
      const path = below === '' ? name : `${below}/${name}`;
      if (child.kind === 'directory') return [`${path}/`, ...listView(child, path)];
      if (child.kind === 'symlink') return [`${path}@${child.link}`];
      return [`${path} ${String(child.body?.size)} ${String(child.body?.checksum)}`];
    });
}

const name = fc.constantFrom('a', 'b', 'c');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const step = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(fc.constant('file' as const), path, fc.string({ maxLength: 20 })) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('directory' as const), path, fc.constant('')) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('symlink' as const), path, fc.constantFrom('a', '../b', '/c')) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('hardlink' as const), path, path) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('whiteout' as const), path, fc.constant('')) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('opaque' as const), path, fc.constant('')) },
);
type Step = readonly [
  kind: 'file' | 'directory' | 'symlink' | 'hardlink' | 'whiteout' | 'opaque',
  path: string,
  what: string,
];

/** Only what engines unpack: no entry below a file or a link of its own layer, no folder in place of a file, links to files that are there. */
function layerOf(steps: readonly Step[]): TarSpec[] {
  const kinds = new Map<string, string>();
  const specs: TarSpec[] = [];
  for (const [kind, target, what] of steps) {
    const parents = target
      .split('/')
      .map((_, index, parts) => parts.slice(0, index).join('/'))
      .slice(1);
    if (parents.some((parent) => (kinds.get(parent) ?? 'directory') !== 'directory')) continue;
    const hidden = `${target.slice(0, target.lastIndexOf('/') + 1)}.wh.${target.slice(target.lastIndexOf('/') + 1)}`;
    const before = kinds.get(target);
    if (kind === 'opaque') {
      if (before !== undefined && before !== 'directory') continue;
      specs.push({ name: `${target}/.wh..wh..opq` });
      kinds.set(target, 'directory');
    } else if (kind === 'whiteout') specs.push({ name: hidden });
    else {
      if (before !== undefined && (before === 'directory') !== (kind === 'directory')) continue;
      if (kind === 'hardlink' && (kinds.get(what) !== 'file' || what === target)) continue;
      specs.push(specOf(kind, target, what));
      kinds.set(target, kind === 'hardlink' ? 'file' : kind);
    }
    for (const parent of parents) kinds.set(parent, 'directory');
  }
  return specs;
}

function specOf(kind: Step[0], target: string, what: string): TarSpec {
  if (kind === 'directory') return { name: `./${target}/`, type: '5' };
  if (kind === 'symlink') return { name: target, type: '2', link: what };
  if (kind === 'hardlink') return { name: target, type: '1', link: what };
  return { name: target, body: Buffer.from(what, 'utf8') };
}

test('random layer stacks merge as tar, rm and cp merge them, and waste is what is left over', () => {
  fc.assert(
    fc.property(fc.array(fc.array(step, { maxLength: 10 }), { minLength: 1, maxLength: 4 }), (stack) => {
      const tars = stack.map((steps) => writeTar(layerOf(steps)));
      const view = mergeLayers(tars.map(listTar));
      const applied = applyWithTar(tars);
      expect(listView(view.root)).toEqual(applied.listing);
      const waste = measureWaste(view);
      expect(waste.totalBodyBytes - waste.wastedBytes).toBe(applied.bytes);
    }),
    { numRuns: 40 },
  );
}, 120_000);
