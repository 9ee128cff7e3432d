import { expect, test } from '@jest/globals';
import { judgeWithin } from '../support/limited-gate.ts';
import {
  endOfArchive,
  manyEntries,
  storeStreamedLayout,
  type StreamedLayer,
  zeroFile,
} from '../support/streamed-layout.ts';
import type { TarSpec } from '../support/tar-writer.ts';

// SLIPWAY_HOSTILE=full tries the sizes that take minutes; the others have the same shape and go the same way.
const full = process.env['SLIPWAY_HOSTILE'] === 'full';
const MINUTES = 10 * 60_000;
const MB = 2 ** 20;
const GB = 2 ** 30;

const layerOf = (form: StreamedLayer['form'], ...parts: readonly Iterable<Buffer>[]): StreamedLayer => ({
  form,
  tar: (function* () {
    for (const part of parts) yield* part;
    yield* endOfArchive();
  })(),
});
const APP = (): Iterable<Buffer> => manyEntries(1, () => ({ name: 'app', mode: 0o755, body: 'x' }));
const files = (count: number, entry: (index: number) => TarSpec): StreamedLayer =>
  layerOf('zstd', APP(), manyEntries(count, entry));
const count = (most: number, usual: number): number => (full ? most : usual);
const module = (index: number): TarSpec => ({ name: `opt/python/pkg-${String(index % 997)}/mod-${String(index)}.py` });
const nest = (index: number): TarSpec => ({ name: 'x', pax: { path: `${String(index)}/${'a/'.repeat(2000)}f` } });
const longLink = (index: number): TarSpec => ({
  name: `l${String(index)}`,
  type: '2',
  link: 'x',
  pax: { linkpath: `${String(index)}/${'a/'.repeat(2000)}` },
});
const circle = (index: number): TarSpec => ({
  name: `d${String(index % 97)}/l${String(index)}`,
  type: '2',
  link: `../d${String((index + 1) % 97)}/l${String(index + 1)}/x/../y`,
});
const dependent = (index: number): TarSpec => ({
  name: `usr/lib/python3.11/site-packages/p${String(index)}-1.0.dist-info/METADATA`,
  body: `Metadata-Version: 2.1\nName: p${String(index)}\nVersion: 1.0\nRequires-Dist: p${String(index + 1)} (>=2)\n`,
});

interface Case {
  readonly name: string;
  readonly layer: () => StreamedLayer;
  /** Megabytes: what JavaScript may hold, and all memory of the process. */
  readonly heap: number;
  readonly memory: number;
  readonly says?: RegExp;
  readonly full?: true;
}
const CASES: readonly Case[] = [
  {
    name: 'zeros that gzip to a thousandth',
    layer: () => layerOf('gzip', APP(), zeroFile('z', count(4 * GB, 128 * MB))),
    heap: 160,
    memory: 400,
  },
  {
    name: 'zeros that zstd to next to nothing',
    layer: () => layerOf('zstd', APP(), zeroFile('z', count(9 * GB, 256 * MB))),
    heap: 160,
    memory: 400,
  },
  {
    name: 'more zeros than any image needs',
    layer: () => layerOf('zstd', APP(), zeroFile('z', 12 * GB)),
    heap: 160,
    memory: 400,
    says: /unpack to more than/,
    full: true,
  },
  {
    name: 'many files',
    layer: () => files(count(1_000_000, 60_000), module),
    heap: count(700, 200),
    memory: count(1100, 500),
  },
  { name: 'links that lead to links', layer: () => files(count(100_000, 10_000), circle), heap: 300, memory: 500 },
  {
    name: 'packages that all need another version',
    layer: () => files(count(100_000, 10_000), dependent),
    heap: 500,
    memory: 800,
  },
  {
    name: 'more files than can be looked at',
    layer: () => files(6_000_000, module),
    heap: 2000,
    memory: 2600,
    says: /more files and folders|names and links/,
    full: true,
  },
  {
    name: 'paths of two thousand folders',
    layer: () => files(count(10_000, 2000), nest),
    heap: 700,
    memory: 1000,
    says: /more files and folders/,
  },
  {
    name: 'links that are long',
    layer: () => files(count(300_000, 70_000), longLink),
    heap: 700,
    memory: 1300,
    says: /names and links in the layers take more than/,
  },
];

test.each(CASES.filter((each) => full || each.full === undefined))(
  '$name: judged or undecided, in bounded memory',
  async ({ name, layer, heap, memory, says }) => {
    const place = await storeStreamedLayout([layer()], { User: '1000:1000', Cmd: ['/app'] });
    const verdict = await judgeWithin(heap, place);
    expect(verdict.undecided).toEqual(says === undefined ? [] : [expect.stringMatching(says)]);
    expect(verdict.exitCode).toBe(says === undefined ? 0 : 1);
    expect(verdict.peak).toBeLessThan(memory * MB);
    if (full)
      process.stdout.write(`${name}: ${String(Math.round(verdict.peak / 1e6))} MB, ${verdict.busy.toFixed(1)} s\n`);
  },
  MINUTES,
);
