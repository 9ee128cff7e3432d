import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../src/model/duration.ts';

test.each([
  ['0s', 0],
  ['500ms', 500],
  ['40s', 40_000],
  ['1.5s', 1500],
  ['1m30s', 90_000],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
  [' 40s ', 40_000],
  ['1m500ms', 60_500],
])('%j is %d milliseconds', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each([
  '',
  '40',
  '40 s',
  '-5s',
  '1m foo 30s',
  '1,5s',
  's',
  '40S',
  '40sec',
  '1y',
  '1w',
  '1m 30s',
  'Infinity',
  '9'.repeat(400) + 's',
])('%j is not a duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test.each([
  [0, '0 ms'],
  [850, '850 ms'],
  [4100, '4.1 s'],
  [59_949, '59.9 s'],
  [59_950, '1 m 0 s'],
  [90_000, '1 m 30 s'],
  [3_660_000, '1 h 1 m'],
])('%d milliseconds read %j', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

test('no text crashes, and a duration is a whole number of milliseconds', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^(\d{1,9}(\.\d{1,5})?(ms|s|m|h|d)){1,5}$/)), (text) => {
      const milliseconds = parseDuration(text);
      expect(milliseconds === undefined || (Number.isSafeInteger(milliseconds) && milliseconds >= 0)).toBe(true);
    }),
  );
});
