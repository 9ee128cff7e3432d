import { expect, test } from '@jest/globals';
import { sizeUnpacked } from '../../../../src/check/rules/size/size.unpacked.ts';
import { sizesOf, wasteOf, writtenImage } from '../../../support/blank.ts';
import { filesOf } from '../../../support/file-facts.ts';
import { checkRule } from '../../../support/judging.ts';

const sizes = sizesOf([
  { instruction: 'ADD rootfs.tar.xz / # buildkit', size: 30_000_000, unpacked: 80_000_000, base: true },
  { instruction: 'RUN /bin/sh -c pip install torch # buildkit', size: 200_000_000, unpacked: 430_000_000 },
  { instruction: 'COPY app /app # buildkit', size: 1_000, unpacked: 4_000 },
]);

function judge(unpacked: number | undefined) {
  const image = writtenImage(['size'], { size: unpacked === undefined ? {} : { unpacked } });
  return checkRule(sizeUnpacked, { sizes, files: filesOf([]), waste: wasteOf([]) }, image);
}

test('a budget that is met passes and says by how much', () => {
  expect(judge(600_000_000)).toEqual({ status: 'passed', seen: '510 MB of 600 MB' });
  expect(judge(510_004_000).status).toBe('passed');
});

test('a budget that is exceeded fails with both numbers, the largest layers, what to do about each, and the line', () => {
  const common = { seen: '510 MB', allowed: '500 MB', place: { file: 'slipway.yml', line: 2, column: 5 } };
  expect(judge(500_000_000)).toEqual({
    status: 'failed',
    findings: [
      {
        ...common,
        message: '510 MB unpacked, 500 MB allowed; most: 430 MB in layer 2 `RUN pip install torch`',
        remedy: expect.stringContaining('another stage'),
      },
      {
        ...common,
        message: 'then 80.0 MB in layer 1 of the base image `ADD rootfs.tar.xz /`',
        remedy: expect.stringContaining('base image'),
      },
    ],
  });
});

test('a budget below an image without layers says where it stands', () => {
  const facts = { sizes: { ...sizesOf([]), unpackedBytes: 5 }, files: filesOf([]), waste: wasteOf([]) };
  expect(checkRule(sizeUnpacked, facts, writtenImage(['size'], { size: { unpacked: 1 } }))).toMatchObject({
    findings: [{ message: '5 B unpacked, 1 B allowed', remedy: 'Raise `size:`.' }],
  });
});

test('one byte too much fails with numbers that differ', () => {
  const judgement = judge(510_003_999);
  expect(judgement).toMatchObject({ findings: [{ seen: '510004000 B', allowed: '510003999 B' }, {}] });
});

test('without a budget it says the number and does not claim a pass', () => {
  expect(judge(undefined)).toEqual({ status: 'skipped', reason: 'no budget declared (510 MB unpacked)' });
});
