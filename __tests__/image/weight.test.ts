import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { WeightFacts } from '../../src/model/facts.ts';
import { mergeLayers } from '../../src/image/merge.ts';
import { measureWeight } from '../../src/image/weight.ts';
import { listLayer } from '../support/listing.ts';
import type { TarSpec } from '../support/tar-writer.ts';

function weigh(layers: readonly (readonly TarSpec[])[]): WeightFacts {
  return measureWeight(mergeLayers(layers.map(listLayer)), layers.length);
}
function file(name: string, size: number, more: Partial<TarSpec> = {}): TarSpec {
  return { name, body: Buffer.alloc(size, 'x'), ...more };
}
function shown({ paths }: WeightFacts): string[] {
  return paths.map(({ path, layer, bytes, files }) => `${path} ${String(layer)} ${String(bytes)} ${String(files)}`);
}

describe('measureWeight', () => {
  test('folders come before what lies in them, heaviest first, each with the layer that holds the bytes', () => {
    expect(
      shown(
        weigh([
          [file('a/x', 700), file('a/y', 200)],
          [file('a/z', 500), file('b', 100)],
        ]),
      ),
    ).toEqual(['/a/x 0 700 1', '/a/y 0 200 1', '/a 1 500 1', '/b 1 100 1', '/a/z 1 500 1']);
  });
  test('a chain of folders that only lead to another is one path', () => {
    const layers = [[file('usr/lib/python/a', 700), file('usr/lib/python/b', 200), file('etc', 100)]];
    expect(shown(weigh(layers))).toEqual([
      '/usr/lib/python 0 900 2',
      '/etc 0 100 1',
      '/usr/lib/python/a 0 700 1',
      '/usr/lib/python/b 0 200 1',
    ]);
  });
  test('hidden bytes stand at the layer that holds them', () => {
    const layers = [[file('a', 70), file('b', 5)], [file('a', 30)], [{ name: '.wh.b' }]];
    expect(weigh(layers)).toMatchObject({ hidden: [75, 0, 0], paths: [{ path: '/a', layer: 1, bytes: 30 }] });
  });
  test('a hard link weighs once', () => {
    const layers = [[file('a', 70), { name: 'b', type: '1', link: 'a' }, file('c', 10)]];
    expect(weigh(layers).paths.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(80);
  });
  test('an empty image has no paths', () => {
    expect(weigh([[{ name: 'd/', type: '5' }]])).toEqual({ paths: [], hidden: [0] });
  });
  test('however many files there are, the list is bounded and dust is left out', () => {
    const many = Array.from({ length: 3000 }, (_, number) => file(`d${String(number % 500)}/f${String(number)}`, 10));
    const { paths } = weigh([[...many, file('big', 1_000_000)]]);
    expect(paths).toEqual([{ path: '/big', layer: 0, bytes: 1_000_000, files: 1 }]);
    expect(weigh([many]).paths.length).toBeLessThanOrEqual(400);
  });
  test('a path never weighs more than its folder', () => {
    const names = fc.array(fc.tuple(fc.constantFrom('a', 'a/b', 'a/b/c', 'd'), fc.nat(30), fc.nat(2000)), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(names, (entries) => {
        const { paths } = weigh([entries.map(([folder, number, size]) => file(`${folder}/f${String(number)}`, size))]);
        for (const [index, { path, bytes }] of paths.entries()) {
          const above = paths.findLastIndex((other) => path.startsWith(`${other.path}/`));
          if (above < 0) continue;
          expect(above).toBeLessThan(index);
          expect(bytes).toBeLessThanOrEqual(paths[above]?.bytes ?? 0);
        }
      }),
    );
  });
});
