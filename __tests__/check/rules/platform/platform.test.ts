import { expect, test } from '@jest/globals';
import { platform } from '../../../../src/check/rules/platform/platform.ts';
import type { Platform } from '../../../../src/model/image.ts';
import { blankDescription, blankImage } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

function judge(seen: Platform, platforms: readonly string[] = [], promised?: Platform) {
  const blank = blankDescription();
  const manifest = promised === undefined ? blank.manifest : { ...blank.manifest, platform: promised };
  return checkRule(platform, { image: { ...blank, platform: seen, manifest } }, blankImage({ platforms }));
}
const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };

test.each<[Platform, string[]]>([
  [amd64, []],
  [amd64, ['linux/amd64']],
  [amd64, ['linux/arm64', 'linux/amd64']],
  [arm64, ['linux/arm64/v8']],
  [{ ...arm64, variant: 'v8' }, ['linux/arm64']],
  [{ ...arm64, variant: '8' }, ['linux/arm64']],
  [{ os: 'linux', architecture: 'arm' }, ['linux/arm/v7']],
  [amd64, ['linux/x86_64']],
  [arm64, ['Linux/aarch64']],
])('%p is what %p asks for', (seen, platforms) => {
  expect(judge(seen, platforms).status).toBe('passed');
});

test.each<[Platform, string[], string]>([
  [arm64, ['linux/amd64'], 'the image is for linux/arm64, linux/amd64 was asked for'],
  [
    { os: 'linux', architecture: 'arm', variant: 'v6' },
    ['linux/arm/v7'],
    'the image is for linux/arm/v6, linux/arm/v7 was asked for',
  ],
  [
    { os: 'windows', architecture: 'amd64' },
    ['linux/amd64', 'linux/arm64'],
    'the image is for windows/amd64, linux/amd64, linux/arm64 was asked for',
  ],
])('%p is not what %p asks for', (seen, platforms, message) => {
  expect(messagesOf(judge(seen, platforms))).toEqual([message]);
});

test('an index that promises another platform is found out', () => {
  expect(judge(amd64, [], amd64).status).toBe('passed');
  expect(messagesOf(judge(amd64, [], arm64))).toEqual([
    'the index says linux/arm64, the image config says linux/amd64',
  ]);
});

test.each([
  [{ os: '', architecture: 'amd64' }, 'the image config names no os'],
  [{ os: 'linux', architecture: '' }, 'the image config names no architecture'],
])('%p is incomplete', (seen, message) => {
  expect(messagesOf(judge(seen))).toEqual([message]);
});
