import { expect, test } from '@jest/globals';
import { sizeLayerMax } from '../../../../src/check/rules/size/size.layer-max.ts';
import { sizesOf, wasteOf, writtenImage } from '../../../support/blank.ts';
import { filesOf } from '../../../support/file-facts.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

const sizes = sizesOf([
  { instruction: 'ADD base', size: 1, unpacked: 300, base: true },
  { instruction: 'RUN small', size: 1, unpacked: 100 },
  { instruction: 'RUN large', size: 1, unpacked: 301 },
]);

function judge(layer: number | undefined, facts = sizes) {
  return checkRule(
    sizeLayerMax,
    { sizes: facts, files: filesOf([]), waste: wasteOf([]) },
    writtenImage(['size.layer'], { size: layer === undefined ? {} : { layer } }),
  );
}

test('every layer within the budget passes', () => {
  expect(judge(301)).toEqual({ status: 'passed', seen: '301 B of 301 B' });
});

test('each layer over the budget is one finding, with a remedy that fits who made it', () => {
  const judgement = judge(299);
  expect(messagesOf(judgement)).toEqual([
    '2 layers are larger than 299 B; most: 301 B in layer 3 `RUN large`',
    'then 300 B in layer 1 of the base image `ADD base`',
  ]);
  expect(judgement).toMatchObject({
    findings: [{ remedy: expect.stringContaining('another stage') }, { remedy: expect.stringContaining('base image') }],
  });
});

test('the one layer over the budget is counted as one', () => {
  expect(messagesOf(judge(300))).toEqual(['one layer is larger than 300 B; most: 301 B in layer 3 `RUN large`']);
});

test('without a budget it is skipped, and an image without layers meets any', () => {
  expect(judge(undefined)).toEqual({ status: 'skipped', reason: 'no budget declared (largest: 301 B)' });
  expect(judge(0, sizesOf([])).status).toBe('passed');
});
