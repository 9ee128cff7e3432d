import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatSize, parseSize } from '../../src/model/size.ts';

test.each([
  ['0B', 0],
  ['3009024B', 3_009_024],
  ['1kB', 1000],
  ['1KB', 1000],
  ['1KiB', 1024],
  ['500MB', 500_000_000],
  ['500MiB', 524_288_000],
  ['500 MB', 500_000_000],
  [' 500MB ', 500_000_000],
  ['1.5GiB', 1_610_612_736],
  ['0.1GB', 100_000_000],
  ['2TB', 2_000_000_000_000],
  ['1TiB', 1_099_511_627_776],
])('%j is %d bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each([
  '',
  '500',
  '-1MB',
  '+1MB',
  '1,5GB',
  '.5GB',
  '5.GB',
  '1e3MB',
  '500mb',
  '500Mb',
  '500M',
  '500MBs',
  '500  MB',
  'MB',
  '1kiB',
  '5 MB 5',
  'Infinity',
  'NaN',
  '99999999TB',
])('%j is not a size', (text) => {
  expect(parseSize(text)).toBeUndefined();
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.00 kB'],
  [1234, '1.23 kB'],
  [999_499, '999 kB'],
  [999_500, '1.00 MB'],
  [12_345_678, '12.3 MB'],
  [1_230_000_000, '1.23 GB'],
  [-1500, '-1.50 kB'],
])('%d bytes read %j', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});

test('no text crashes, and a size is a whole number of bytes', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{1,20}(\.\d{1,20})? ?[kKMGT]?i?B$/)), (text) => {
      const bytes = parseSize(text);
      expect(bytes === undefined || (Number.isSafeInteger(bytes) && bytes >= 0)).toBe(true);
    }),
  );
});
