import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createCodeReader } from '../../src/image/gpu-code.ts';
import { concatenatedFatBinary, elfWith, fatBinary } from '../support/fat-binary.ts';

/** What is found in one file that arrives in pieces of this length. */
function targetsOf(body: Buffer, step = body.length): readonly string[] | undefined {
  const reader = createCodeReader();
  reader.open({ path: 'lib.so', mode: 0o644, position: 3 });
  for (let at = 0; at < body.length; at += step) reader.body(body, at, Math.min(at + step, body.length));
  reader.close();
  return reader.found.get(3);
}

const REAL = fatBinary(
  { target: 'sm_80', bytes: 2984 },
  { target: 'sm_90a', bytes: 3176 },
  { target: 'compute_90', bytes: 88, header: 80 },
  { target: 'sm_100f', bytes: 4848, header: 120 },
);

test('machine code and PTX are named with what they are compiled for, sorted', () => {
  expect(targetsOf(elfWith(REAL))).toEqual(['compute_90', 'sm_100f', 'sm_80', 'sm_90a']);
});

test('all containers of a file count, wherever they begin and whatever lies between', () => {
  const body = elfWith(fatBinary('sm_70'), Buffer.from('odd'), fatBinary('compute_75'), Buffer.alloc(4096), REAL);
  expect(targetsOf(body)).toEqual(['compute_75', 'compute_90', 'sm_100f', 'sm_70', 'sm_80', 'sm_90a']);
});

test('a fat binary that is a file of its own counts', () => {
  expect(targetsOf(fatBinary('sm_86'))).toEqual(['sm_86']);
});

test.each([0, 36, 40, 44])(
  'pieces compressed together are read from the headers in front of them (options %i)',
  (options) => {
    expect(targetsOf(elfWith(concatenatedFatBinary(['sm_80', 'compute_90a', 'sm_120'], options)))).toEqual([
      'compute_90a',
      'sm_120',
      'sm_80',
    ]);
  },
);

test('only programs and libraries are looked at', () => {
  expect(targetsOf(Buffer.concat([Buffer.from('#!/bin/sh\n'), REAL]))).toBeUndefined();
  expect(targetsOf(Buffer.from('x'))).toBeUndefined();
  expect(targetsOf(elfWith(Buffer.from('no code')))).toBeUndefined();
});

function damaged(change: (body: Buffer) => void): Buffer {
  const body = fatBinary({ target: 'sm_80', bytes: 64 }, 'sm_90');
  change(body);
  return elfWith(body);
}

test.each<[string, (body: Buffer) => void]>([
  ['another version of the format', (body) => body.writeUInt16LE(2, 4)],
  ['a header of another length', (body) => body.writeUInt16LE(24, 6)],
  ['no entries', (body) => body.writeBigUInt64LE(0n, 8)],
  ['a size that ends within an entry', (body) => body.writeBigUInt64LE(200n, 8)],
  ['a size beyond the file', (body) => body.writeBigUInt64LE(1n << 39n, 8)],
  ['a size beyond reason', (body) => body.writeBigUInt64LE(1n << 60n, 8)],
  ['an entry of another version', (body) => body.writeUInt16LE(7, 18)],
  ['an entry whose header is too short', (body) => body.writeUInt32LE(32, 20)],
  ['an entry that is longer than its container', (body) => body.writeBigUInt64LE(9000n, 24)],
  ['an architecture that is none', (body) => body.writeUInt32LE(4711, 44)],
])('bytes that only look like a container are none: %s', (_, change) => {
  expect(targetsOf(damaged(change))).toBeUndefined();
});

test('other kinds of code are passed over', () => {
  const body = fatBinary('sm_80', 'sm_90');
  body.writeUInt16LE(8, 16);
  expect(targetsOf(elfWith(body))).toEqual(['sm_90']);
});

test('a magic number in front of the real one hides nothing', () => {
  const magic = REAL.subarray(0, 4);
  for (const front of [magic, REAL.subarray(0, 7), REAL.subarray(0, 3), Buffer.concat([magic, magic, magic])]) {
    expect(targetsOf(elfWith(front, REAL))).toHaveLength(4);
  }
});

test('a file full of what only looks like containers is given up', () => {
  const few = Array.from({ length: 1000 }, () => REAL.subarray(0, 8));
  expect(targetsOf(elfWith(...few, REAL))).toHaveLength(4);
  expect(targetsOf(elfWith(...few, ...few, REAL))).toBeUndefined();
});

test.each([
  ['with a wrong count', 64 + 16, 9],
  ['with a wrong length', 68 + 16, 8],
  ['with options that lead nowhere', 72 + 20 + 16, 7],
])('a list of compressed pieces %s is none', (_, at, value) => {
  const body = concatenatedFatBinary(['sm_80', 'sm_90']);
  body.writeUInt32LE(value, at);
  expect(targetsOf(elfWith(body))).toBeUndefined();
});

test('what is found does not depend on how the bytes arrive, nor on what surrounds them', () => {
  const noise = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
  const target = fc
    .tuple(fc.constantFrom('sm', 'compute'), fc.integer({ min: 35, max: 130 }), fc.constantFrom('', 'a', 'f'))
    .map(([kind, version, suffix]) => `${kind}_${String(version)}${suffix}`);
  const targets = fc.array(target, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(noise, targets, targets, fc.integer({ min: 1, max: 200 }), (between, one, other, step) => {
      const body = elfWith(between, fatBinary(...one), between, concatenatedFatBinary(other), between);
      expect(targetsOf(body, step)).toEqual([...new Set([...one, ...other])].sort());
    }),
  );
});

test('random bytes behind the magic number never count', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 64 }), (bytes, step) => {
      expect(targetsOf(elfWith(REAL.subarray(0, 4), Buffer.from(bytes)), step)).toBeUndefined();
    }),
  );
});
