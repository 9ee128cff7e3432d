import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { deriveKept, keptBytes } from '../../src/image/kept-files.ts';

test.each([
  ['etc/passwd', 0o644, 2 ** 20],
  ['etc/shadow', 0o640, 2 ** 20],
  ['usr/bin/python3', 0o755, 4096],
  ['usr/bin/python3', 0o644, 0],
  ['usr/lib/libc.so.6', 0o755, 0],
  ['usr/lib/x.so', 0o755, 0],
  ['app/.env', 0o600, 0],
])('%s with mode %i keeps %i bytes', (path, mode, bytes) => {
  expect(keptBytes(path, mode)).toBe(bytes);
});

test('no password hash is kept', () => {
  const hash = ['$6', 'salt', 'x'.repeat(20)].join('$');
  const body = Buffer.from(`root::1:\nlocked:!${hash}:1\nstar:*:1\nuser:${hash}:1\nshort\n`);
  for (const path of ['etc/shadow', 'etc/passwd']) {
    expect(deriveKept(path, body)?.toString()).toBe('root::1:\nlocked:!:1\nstar:!:1\nuser:hash:1\nshort\n');
  }
});

test('of a script its first line is kept, of other executables nothing', () => {
  expect(deriveKept('a', Buffer.from('#!/bin/sh -e\nkey=1\n'))?.toString()).toBe('#!/bin/sh -e');
  expect(deriveKept('a', Buffer.from('#!/bin/sh'))?.toString()).toBe('#!/bin/sh');
  expect(deriveKept('a', Buffer.from(`#!${'x'.repeat(999)}`))).toHaveLength(256);
  expect(deriveKept('a', Buffer.from('echo hello'))).toBeUndefined();
  expect(deriveKept('a', Buffer.alloc(0))).toBeUndefined();
  expect(deriveKept('a', Buffer.from('\u007fELF', 'latin1'))).toBeUndefined();
});

test('of an ELF program its header and loader are kept', () => {
  const kept = deriveKept('bin/sh', readFileSync('/bin/sh').subarray(0, 4096));
  expect(kept?.toString('latin1', 0, 4)).toBe('\u007fELF');
  expect(kept?.toString('latin1', 20)).toMatch(/^\/lib.*\/ld-/);
});

/** A 32-bit big-endian program with one program header. */
function bigEndian(offset: number): Buffer {
  const body = Buffer.alloc(200);
  body.write('\u007fELF', 0, 'latin1');
  body[4] = 1;
  body[5] = 2;
  body.writeUInt16BE(20, 18);
  body.writeUInt32BE(52, 28);
  body.writeUInt16BE(32, 42);
  body.writeUInt16BE(1, 44);
  body.writeUInt32BE(3, 52);
  body.writeUInt32BE(offset, 56);
  body.writeUInt32BE(6, 68);
  body.write('/ld.1\0', 100, 'latin1');
  return body;
}

test('byte order and class are honoured, and a header that points outside has no loader', () => {
  expect(deriveKept('a', bigEndian(100))?.toString('latin1', 20)).toBe('/ld.1');
  expect(deriveKept('a', bigEndian(5000))).toHaveLength(20);
  const cut = bigEndian(100).subarray(0, 60);
  expect(deriveKept('a', cut)).toHaveLength(20);
});
