import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareReleases, findNewerRelease, parseVersion, type ReleaseLevel } from '../../src/model/release-version.ts';

const PRESENT = ['1.2.3', '1.10.0', 'v2.0.0', '3.0.0-rc.1', 'latest', '1', 'sha-0123456789ab', '1.2.9_linux'];

test.each<readonly [string, ReleaseLevel, string, string | undefined]>([
  ['latest', 'release', '1.2.3', 'v2.0.0'],
  ['latest', 'release', '2.0.0', undefined],
  ['latest', 'release', '2.0.1', undefined],
  ['1', 'major', '1.2.3', '1.10.0'],
  ['1', 'major', '1.11.0', undefined],
  ['1.2', 'minor', '1.2.3', '1.2.9_linux'],
  ['1.2', 'minor', '1.2.9', undefined],
  ['0', 'major', '0.1.0', undefined],
  ['latest', 'release', 'nothing', undefined],
])('%s (%s) at %s: newer is %s', (tag, level, version, newer) => {
  expect(findNewerRelease({ tag, level, version }, PRESENT)).toBe(newer);
});

test('releases are ordered by their numbers, not their digits', () => {
  const number = fc.nat({ max: 10_000 });
  const triple = fc.tuple(number, number, number);
  fc.assert(
    fc.property(triple, triple, (one, other) => {
      const [left, right] = [parseVersion(one.join('.')), parseVersion(`v${other.join('.')}`)];
      if (left === undefined || right === undefined) return false;
      const difference = one.map((part, index) => part - (other[index] ?? 0)).find((part) => part !== 0) ?? 0;
      return Math.sign(compareReleases(left, right)) === Math.sign(difference);
    }),
  );
});
