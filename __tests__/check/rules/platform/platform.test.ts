import { expect, test } from '@jest/globals';
import { platform } from '../../../../src/check/rules/platform/platform.ts';
import type { Platform } from '../../../../src/model/image.ts';
import { blankDescription, blankImage } from '../../../support/blank.ts';
import { filesOf, judgeFiles } from '../../../support/file-facts.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import type { TarSpec } from '../../../support/tar-writer.ts';

function judge(seen: Platform, platforms: readonly string[] = [], promised?: Platform) {
  const blank = blankDescription();
  const manifest = promised === undefined ? blank.manifest : { ...blank.manifest, platform: promised };
  return checkRule(
    platform,
    { image: { ...blank, platform: seen, manifest }, files: filesOf([]) },
    blankImage({ platforms }),
  );
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

function elf(machine: number, bigEndian = false): TarSpec {
  const body = Buffer.alloc(64);
  body.write('\u007fELF', 0, 'latin1');
  body.set([2, bigEndian ? 2 : 1], 4);
  if (bigEndian) body.writeUInt16BE(machine, 18);
  else body.writeUInt16LE(machine, 18);
  return { name: 'bin/app', mode: 0o755, body };
}
const config = { command: ['/bin/app'], env: ['PATH=/bin'] };

test('the program that is started is for another processor', () => {
  const judgement = judgeFiles(platform, { layers: [[elf(183)]], config });
  expect(judgement).toMatchObject({
    findings: [
      {
        message: '/bin/app is a program for arm64, the image says linux/amd64: it dies with "exec format error"',
        seen: 'arm64',
        place: { file: '/bin/app', inImage: true },
      },
    ],
  });
});

test.each<[string, readonly TarSpec[], string[]]>([
  ['a script', [{ name: 's', mode: 0o755, body: '#!/bin/app -x\n' }, elf(183)], ['/s']],
  [
    'env',
    [{ name: 's', mode: 0o755, body: '#!/bin/env app\n' }, { ...elf(183) }, { name: 'bin/env', mode: 0o755 }],
    ['/s'],
  ],
  ['a symlink', [{ name: 's', type: '2', link: 'bin/app' }, elf(183)], ['/s']],
  ['a name on PATH', [elf(183)], ['app']],
  ['big endian', [elf(22, true)], ['app']],
  ['a machine nobody makes images for', [elf(9999)], ['app']],
])('it is found through %s', (_, entries, command) => {
  expect(judgeFiles(platform, { layers: [entries], config: { ...config, command } }).status).toBe('failed');
});

test.each<[string, readonly TarSpec[]]>([
  ['its own processor', [elf(62)]],
  ['a processor it runs as well', [elf(3)]],
  ['neither script nor ELF', [{ name: 'bin/app', mode: 0o755, body: 'MZ' }]],
  ['missing', []],
  ['a script that is its own interpreter', [{ name: 'bin/app', mode: 0o755, body: '#!/bin/app\n' }]],
])('a program that is %s passes', (_, entries) => {
  expect(judgeFiles(platform, { layers: [entries], config }).status).toBe('passed');
});
