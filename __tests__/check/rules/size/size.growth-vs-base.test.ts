import { expect, test } from '@jest/globals';
import { sizeGrowthVsBase } from '../../../../src/check/rules/size/size.growth-vs-base.ts';
import { blankDescription, sizesOf, wasteOf, writtenImage } from '../../../support/blank.ts';
import { filesOf } from '../../../support/file-facts.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

const sizes = sizesOf([
  { instruction: 'ADD rootfs.tar.xz /', size: 1, unpacked: 80_000_000, base: true },
  { instruction: 'RUN apt-get install -y libpq5', size: 1, unpacked: 20_000_000 },
  { instruction: 'COPY app /app', size: 1, unpacked: 5_000_000 },
]);

function judge(growthVsBase: number | undefined, baseKnown = true) {
  const image = writtenImage(['size.growth-vs-base'], { size: growthVsBase === undefined ? {} : { growthVsBase } });
  const description = blankDescription({ baseKnown, baseSource: 'nobody said what the base image is' });
  const facts = { sizes, image: description, files: filesOf([]), waste: wasteOf([]) };
  return checkRule(sizeGrowthVsBase, facts, image);
}

test('the base image’s own bytes do not count', () => {
  expect(judge(25_000_000)).toEqual({
    status: 'passed',
    seen: '25.0 MB of its own, 80.0 MB from the base image',
  });
});

test('one byte too much names the image’s own layers only', () => {
  const judgement = judge(24_999_999);
  expect(messagesOf(judgement)).toEqual([
    '25000000 B beside the base image, 24999999 B allowed; most: 20.0 MB in layer 2 `RUN apt-get install -y libpq5`',
    'then 5.00 MB in layer 3 `COPY app /app`',
  ]);
  expect(judgement).toMatchObject({
    findings: [{ remedy: expect.stringContaining('--no-install-recommends') }, { place: { line: 2 } }],
  });
});

test('a budget over a base that nobody knows is undecided, never met', () => {
  expect(judge(1e12, false)).toEqual({ status: 'undecided', reason: 'nobody said what the base image is' });
});

test('without a budget it says the split and claims nothing', () => {
  const reason = 'no budget declared (25.0 MB of its own, 80.0 MB from the base image)';
  expect(judge(undefined)).toEqual({ status: 'skipped', reason });
  expect(judge(undefined, false).status).toBe('skipped');
});
