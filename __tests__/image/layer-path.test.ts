import { expect, test } from '@jest/globals';
import { DamagedContent } from '../../src/image/damage.ts';
import { normalisePath, readLayerName } from '../../src/image/layer-path.ts';

test.each([
  ['a', 'a'],
  ['./a/b', 'a/b'],
  ['/a/b', 'a/b'],
  ['a//b/', 'a/b'],
  ['a/./b', 'a/b'],
  ['a/../b', 'b'],
  ['a/b/../../c', 'c'],
  ['./', ''],
  ['', ''],
  ['..a/b..', '..a/b..'],
  ['.hidden', '.hidden'],
  ['a/...', 'a/...'],
])('normalises %j to %j', (name, path) => {
  expect(normalisePath(name)).toBe(path);
});

test.each(['..', '../a', 'a/../../b', '/..', './../etc/passwd'])('refuses %j, which leaves the root', (name) => {
  expect(() => normalisePath(name)).toThrow('leaves the image');
});

test.each([
  ['a/.wh.b', { kind: 'whiteout', path: 'a/b' }],
  ['.wh.b', { kind: 'whiteout', path: 'b' }],
  ['./a/.wh..wh..opq', { kind: 'opaque', path: 'a' }],
  ['.wh..wh..opq', { kind: 'opaque', path: '' }],
  ['.wh..wh.plnk/', { kind: 'nothing' }],
  ['.wh..wh.plnk/101.202', { kind: 'nothing' }],
  ['a/.wh..wh.aufs', { kind: 'nothing' }],
  ['a/b.wh.c', { kind: 'entry', path: 'a/b.wh.c' }],
  ['.wh.dir/file', { kind: 'entry', path: '.wh.dir/file' }],
  ['.wh..hidden', { kind: 'whiteout', path: '.hidden' }],
  ['./', { kind: 'nothing' }],
])('reads %j', (name, expected) => {
  expect(readLayerName(name)).toEqual(expected);
});

test.each(['.wh.', 'a/.wh.', '.wh..', 'a/.wh...'])('refuses %j, which hides nothing that has a name', (name) => {
  expect(() => readLayerName(name)).toThrow('names nothing');
});

test('a name that no engine could unpack is damaged', () => {
  const name = (length: number): string => 'a/'.repeat(length / 2);
  expect(readLayerName(name(4094)).kind).toBe('entry');
  expect(() => readLayerName(name(4096))).toThrow(/longer than a path can be/);
  expect(() => readLayerName(name(4_000_000))).toThrow(DamagedContent);
});
