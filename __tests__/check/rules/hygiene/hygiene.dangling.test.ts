import { expect, test } from '@jest/globals';
import { hygieneDangling } from '../../../../src/check/rules/hygiene/hygiene.dangling.ts';
import { judgeFiles } from '../../../support/file-facts.ts';
import { messagesOf } from '../../../support/judging.ts';
import type { TarSpec } from '../../../support/tar-writer.ts';

const SH = { name: 'bin/sh', mode: 0o755, body: 'x' };
const config = { command: ['/bin/app'], workingDirectory: '/app', env: ['PATH=/usr/bin:/bin'] };
function judge(entries: readonly TarSpec[], change: object = {}, settings: unknown = {}) {
  return judgeFiles(hygieneDangling, { layers: [[SH, ...entries]], config: { ...config, ...change } }, settings);
}
/** A 64-bit little-endian program that names a loader. */
function elf(loader: string): Buffer {
  const body = Buffer.alloc(200);
  body.write('\u007fELF', 0, 'latin1');
  body.set([2, 1], 4);
  body.writeUInt16LE(62, 18);
  body.writeBigUInt64LE(64n, 32);
  body.writeUInt16LE(56, 54);
  body.writeUInt16LE(1, 56);
  body.writeUInt32LE(3, 64);
  body.writeBigUInt64LE(128n, 72);
  body.writeBigUInt64LE(BigInt(loader.length + 1), 96);
  body.write(loader, 128, 'latin1');
  return body;
}
const script = (line: string) => ({ name: 'bin/app', mode: 0o755, body: `${line}\necho\n` });

test.each<[string, readonly TarSpec[], RegExp]>([
  ['no program', [], /starts \/bin\/app, which is not in the final file system/],
  ['a program that cannot be run', [{ name: 'bin/app', mode: 0o644 }], /is not executable/],
  ['a folder', [{ name: 'bin/app', type: '5' }], /is a directory/],
  ['a script without its interpreter', [script('#!/bin/bash')], /script for \/bin\/bash, which is not/],
  ['a script with CRLF', [script('#!/bin/sh\r')], /script for \/bin\/sh\\r, which is not/],
  [
    'env without its command',
    [script('#!/usr/bin/env -S bash -e'), { name: 'usr/bin/env', mode: 0o755 }],
    /script for bash/,
  ],
  [
    'a program without its loader',
    [{ name: 'bin/app', mode: 0o755, body: elf('/lib64/ld.so') }],
    /needs the loader \/lib64\/ld\.so/,
  ],
  ['a link to nothing', [{ name: 'bin/app', type: '2', link: '/opt/app' }], /which is not in the final file system/],
])('%s fails', (_, entries, message) => {
  expect(messagesOf(judge(entries))[0]).toMatch(message);
});

test.each<[string, readonly TarSpec[]]>([
  ['a script with its interpreter', [script('#! /bin/sh -e')]],
  ['env with its command', [script('#!/usr/bin/env X=1 sh'), { name: 'usr/bin/env', mode: 0o755 }]],
  ['a static program', [{ name: 'bin/app', mode: 0o755, body: elf('') }]],
  ['a program with its loader', [{ name: 'bin/app', mode: 0o755, body: elf('/lib/ld.so') }, { name: 'lib/ld.so' }]],
  ['a link to a program', [{ name: 'bin/app', type: '2', link: '../bin/sh' }]],
  ['a link below /app to a mount', [script('#!/bin/sh'), { name: 'app/data', type: '2', link: '/mnt/data' }]],
  [
    'a link to what exists only at run time',
    [script('#!/bin/sh'), { name: 'usr/bin/log', type: '2', link: '/dev/stdout' }],
  ],
  ['a dropped manual page', [script('#!/bin/sh'), { name: 'usr/bin/x', type: '2', link: '../share/man/man1/x' }]],
  ['a dangling link elsewhere', [script('#!/bin/sh'), { name: 'etc/mtab', type: '2', link: '/nowhere' }]],
])('%s passes', (_, entries) => {
  expect(judge(entries).status).toBe('passed');
});

test('other programs on PATH and links of the app are looked at, the base’s are not', () => {
  const python = { name: 'app/bin/python', type: '2', link: '/usr/local/bin/python3' };
  expect(messagesOf(judge([script('#!/bin/sh'), python]))).toEqual([
    '/app/bin/python links to /usr/local/bin/python3, which is not in the final file system',
  ]);
  expect(judge([script('#!/bin/sh'), python], {}, { allow: ['/app/bin'] }).status).toBe('passed');
  const tool = { ...script('#!/usr/bin/perl'), name: 'usr/bin/tool' };
  expect(judge([script('#!/bin/sh'), tool]).status).toBe('failed');
  const layers = [[SH, script('#!/bin/sh'), tool]];
  expect(judgeFiles(hygieneDangling, { layers, base: 1, config }).status).toBe('passed');
});

test.each([
  [{ command: ['app'] }, 'passed'],
  [{ command: ['app'], env: ['PATH=/usr/bin'] }, 'failed'],
  [{ command: ['app'], env: [] }, 'passed'],
  [{ command: ['./app'], workingDirectory: '/bin' }, 'passed'],
  [{ command: ['./app'] }, 'failed'],
  [{ command: [] }, 'passed'],
  [{ entrypoint: ['/bin/sh', '-c', 'nothing'], command: [] }, 'passed'],
])('the program is found as the engine finds it: %j', (change, status) => {
  expect(judge([script('#!/bin/sh')], change).status).toBe(status);
});
