import { expect, test } from '@jest/globals';
import { sizeGrowthVsMain } from '../../../../src/check/rules/size/size.growth-vs-main.ts';
import type { SizeGrowth } from '../../../../src/model/config.ts';
import type { BaselineFacts, SizeFacts } from '../../../../src/model/facts.ts';
import { digestOf } from '../../../../src/model/digest.ts';
import { blankImage, wasteOf } from '../../../support/blank.ts';
import { filesOf } from '../../../support/file-facts.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

const MB = 1_000_000;
const layer = (name: string, bytes: number): SizeFacts['layers'][number] => ({
  mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
  digest: digestOf(`blob ${name}`),
  diffId: digestOf(name),
  size: bytes / 2,
  base: false,
  instruction: `RUN ${name}`,
  unpackedBytes: bytes,
  entries: 1,
});

function judge(before: number, after: number, growth?: SizeGrowth, change: Partial<BaselineFacts> = {}) {
  const old = layer('old', before);
  const layers = after > before ? [old, layer('added', after - before)] : [layer('smaller', after)];
  const sizes: SizeFacts = { downloadBytes: after / 2, unpackedBytes: after, layers };
  const baseline: BaselineFacts = {
    reference: 'api:main',
    branch: 'main',
    digest: digestOf('root'),
    downloadBytes: before / 2,
    unpackedBytes: before,
    layers: [{ digest: old.digest, diffId: old.diffId }],
    ...change,
  };
  const files = filesOf([]);
  const image = { ...blankImage(), size: growth === undefined ? {} : { growth } };
  return checkRule(sizeGrowthVsMain, { sizes, baseline, files, waste: wasteOf([]) }, image);
}
const growth = (percent: number, atLeast: number): SizeGrowth => ({ percent, atLeast: atLeast * MB });

test.each([
  ['past both', 100, 150, growth(10, 20), 'failed'],
  ['past the share alone', 100, 115, growth(10, 20), 'passed'],
  ['past the bytes alone', 1000, 1050, growth(10, 20), 'passed'],
  ['exactly at the bound', 1000, 1100, growth(10, 20), 'passed'],
  ['one byte past it', 1000, 1100 + 1 / MB, growth(10, 20), 'failed'],
  ['smaller', 100, 50, growth(0, 0), 'passed'],
  ['the same', 100, 100, growth(0, 0), 'passed'],
  ['nothing before', 0, 50, growth(10, 20), 'failed'],
])('%s: %d MB → %d MB', (_, before, after, allowed, status) => {
  expect(judge(before * MB, after * MB, allowed).status).toBe(status);
});

test('the finding names both sizes, the bounds and the layers that are new', () => {
  expect(messagesOf(judge(100 * MB, 150 * MB, growth(10, 20)))).toEqual([
    '+50.0 MB (+50.0 %) unpacked against api:main of main, 100 MB; allowed are 10 % and 20.0 MB; most: 50.0 MB in layer 2 `RUN added`',
  ]);
});

test('a layer that stands where another stood counts what it has more', () => {
  const baseline = { layers: [{ digest: digestOf('x'), diffId: digestOf('x'), unpackedBytes: 80 * MB }] };
  const sizes = { downloadBytes: 1, unpackedBytes: 150 * MB, layers: [layer('pip install torch', 150 * MB)] };
  const facts = {
    sizes,
    baseline: {
      reference: 'a',
      branch: 'b',
      digest: digestOf('r'),
      downloadBytes: 1,
      unpackedBytes: 80 * MB,
      ...baseline,
    },
    files: filesOf([]),
    waste: wasteOf([]),
  };
  const image = { ...blankImage(), size: { growth: growth(10, 20) } };
  expect(messagesOf(checkRule(sizeGrowthVsMain, facts, image))[0]).toContain(
    'most: 70.0 MB in layer 1 `RUN pip install torch`',
  );
});

test('without a declared growth the difference is told and nothing fails', () => {
  expect(judge(100 * MB, 90 * MB)).toEqual({
    status: 'skipped',
    reason: 'no growth is declared (−10.0 MB (−10.0 %) unpacked against api:main of main, 100 MB)',
  });
});

test('a baseline without a record is compared in what its manifest knows', () => {
  const baseline = { unpackedBytes: undefined } as unknown as Partial<BaselineFacts>;
  expect(messagesOf(judge(100 * MB, 200 * MB, growth(10, 20), baseline))).toEqual([
    expect.stringContaining('+50.0 MB (+100.0 %) to download'),
  ]);
});
