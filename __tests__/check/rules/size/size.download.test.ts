import { expect, test } from '@jest/globals';
import { sizeDownload } from '../../../../src/check/rules/size/size.download.ts';
import { sizesOf, wasteOf, writtenImage } from '../../../support/blank.ts';
import { filesOf } from '../../../support/file-facts.ts';
import { checkRule } from '../../../support/judging.ts';

const sizes = sizesOf([
  { instruction: 'RUN make', size: 5_000_000, unpacked: 90_000_000 },
  { instruction: 'COPY a b', size: 7_000_000, unpacked: 8_000_000 },
]);
const facts = { sizes, files: filesOf([]), waste: wasteOf([]) };

test.each([
  [12_000_200, 'passed'],
  [12_000_199, 'failed'],
  [1, 'failed'],
])('a budget of %d bytes: %s', (download, status) => {
  expect(checkRule(sizeDownload, facts, writtenImage(['size.download'], { size: { download } })).status).toBe(status);
});

test('the finding ranks layers by compressed bytes', () => {
  const judgement = checkRule(sizeDownload, facts, writtenImage(['size.download'], { size: { download: 1000 } }));
  expect(judgement).toMatchObject({
    findings: [
      { message: '12.0 MB to download, 1.00 kB allowed; most: 7.00 MB in layer 2 `COPY a b`' },
      { message: 'then 5.00 MB in layer 1 `RUN make`' },
    ],
  });
});

test('the unpacked budget alone asks nothing of the download', () => {
  const judgement = checkRule(sizeDownload, facts, writtenImage(['size'], { size: { unpacked: 1 } }));
  expect(judgement).toEqual({ status: 'skipped', reason: 'no budget declared (12.0 MB to download)' });
});
