import { expect, test } from '@jest/globals';
import { READ_LIMITS, type ReadLimits } from '../../src/image/read-budget.ts';
import { readImage } from '../../src/image/read.ts';
import { makeLayeredImage, makeMemoryCache } from '../support/layered-image.ts';
import { type TarSpec, writeTar } from '../support/tar-writer.ts';

const ZEROS = Buffer.alloc(300_000);
const many = (count: number, make: (index: number) => TarSpec): readonly TarSpec[] =>
  Array.from({ length: count }, (_, index) => make(index));
const NAMES = many(500, (index) => ({ name: `folder-${String(index % 7)}/some-file-${String(index)}` }));
const PROGRAM: TarSpec = { name: 'usr/bin/tool', mode: 0o755, body: `#!/bin/sh\n${'x'.repeat(4000)}` };

interface Case {
  readonly name: string;
  readonly layers: readonly (readonly TarSpec[])[];
  readonly limits: Partial<ReadLimits>;
  /** Reason of what cannot be decided, by fact; absent: it is known. */
  readonly sizes?: RegExp;
  readonly files?: RegExp;
}
const UNPACKED = /unpack to more than .*, out of .*: more than any image needs/;
const VIEW = /more files and folders, or longer links, than can be looked at/;
const CASES: readonly Case[] = [
  { name: 'what every image may cost', layers: [[{ name: 'z', body: ZEROS }], NAMES, [PROGRAM]], limits: {} },
  {
    name: 'a bomb in one layer',
    layers: [[{ name: 'z', body: ZEROS }]],
    limits: { unpacked: 200_000 },
    sizes: UNPACKED,
    files: UNPACKED,
  },
  {
    name: 'a bomb in pieces',
    layers: many(5, (index) => ({ name: `z${String(index)}`, body: ZEROS.subarray(0, 60_000 + index) })).map((spec) => [
      spec,
    ]),
    limits: { unpacked: 200_000 },
    sizes: UNPACKED,
    files: UNPACKED,
  },
  {
    name: 'as much as its compressed bytes allow',
    layers: [[{ name: 'z', body: ZEROS }]],
    limits: { unpacked: 1, expansion: 1000 },
  },
  {
    name: 'listings of several layers',
    layers: [NAMES, [...NAMES, PROGRAM]],
    limits: { listings: 12_000 },
    sizes: /names and links in the layers take more than 12/,
    files: /names and links/,
  },
  { name: 'too many names', layers: [NAMES], limits: { view: 80_000 }, files: VIEW },
  {
    name: 'one name that is a thousand folders',
    layers: [[{ name: 'x', pax: { path: `${'a/'.repeat(1000)}f` } }]],
    limits: { view: 500_000 },
    files: VIEW,
  },
  {
    name: 'folders behind long links',
    layers: [
      [
        { name: 'a/', type: '5' },
        { name: 'l', type: '2', link: 'x', pax: { linkpath: 'a/../'.repeat(700) } },
        ...many(100, (index) => ({ name: `${index % 2 === 0 ? 'l' : 'a'}/${String(index)}` })),
      ],
    ],
    limits: { view: 300_000 },
    files: VIEW,
  },
  {
    name: 'kept bodies of several layers',
    layers: [[PROGRAM], [{ ...PROGRAM, name: 'usr/bin/other' }]],
    limits: { kept: 10 },
    files: /layer 1 holds more programs and package lists than can be looked at/,
  },
];

test.each(CASES)('$name', async ({ layers, limits, sizes, files }) => {
  const image = makeLayeredImage(layers.map((specs) => writeTar(specs)));
  const cache = makeMemoryCache();
  // The verdict is the same when the layers come from the cache.
  for (let run = 0; run < 2; run += 1) {
    const reading = await readImage(image.store, image.digest, { cache, limits: { ...READ_LIMITS, ...limits } });
    for (const [fact, says] of [
      [reading.sizes, sizes],
      [reading.files, files],
    ] as const) {
      if (says === undefined) expect(fact.state).toBe('known');
      else expect(fact).toMatchObject({ state: 'undecided', environment: false, reason: expect.stringMatching(says) });
    }
  }
});

test('after one layer was too much no other is begun', async () => {
  const layers = many(40, (index) => ({ name: `z${String(index)}`, body: ZEROS }));
  const image = makeLayeredImage(layers.map((spec) => writeTar([spec])));
  await readImage(image.store, image.digest, {
    cache: makeMemoryCache(),
    limits: { ...READ_LIMITS, unpacked: 1000, expansion: 1 },
  });
  const opened = image.store.opened.filter((digest) => digest !== image.configDescriptor.digest);
  expect(opened.length).toBeLessThan(10);
});
