import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { holdsCapabilities, mapId, parseStatus } from '../../../src/check/probes/proc-status.ts';

const TEXT = [
  'Name:\tpython',
  'State:\tS (sleeping)',
  'Pid:\t21607',
  'PPid:\t21583',
  'NSpid:\t21607\t7',
  'Uid:\t1000\t0\t1000\t1000',
  'Gid:\t1000\t1000\t1000\t1000',
  'Groups:\t4 1000 ',
  'CapInh:\t0000000000000000',
  'CapPrm:\t00000000a80425fb',
  'CapEff:\t0000000000000400',
  'CapAmb:\t0000000000000000',
].join('\n');

test('a status is read with all four uids and its capabilities', () => {
  expect(parseStatus(TEXT)).toEqual({
    name: 'python',
    pid: 21607,
    parent: 21583,
    innerPid: 7,
    uids: [1000, 0, 1000, 1000],
    gids: [1000, 1000, 1000, 1000],
    groups: [4, 1000],
    capEffective: '0000000000000400',
    capPermitted: '00000000a80425fb',
    capAmbient: '0000000000000000',
  });
});

test.each([
  ['a zombie', TEXT.replace('S (sleeping)', 'Z (zombie)')],
  ['no uids', TEXT.replace(/^Uid:.*$/m, '')],
  ['half a line of uids', TEXT.replace(/^Uid:.*$/m, 'Uid:\t1000\t1000')],
  ['no parent', TEXT.replace(/^PPid:.*$/m, '')],
  ['nothing', ''],
])('%s is no process', (_, text) => {
  expect(parseStatus(text)).toBeUndefined();
});

test('no text makes the parser throw', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => parseStatus(`${TEXT}\n${text}`)).not.toThrow();
    }),
  );
});

test.each([
  ['         0          0 4294967295', 0, 0],
  ['         0          0 4294967295', 10001, 10001],
  ['0 100000 65536', 100000, 0],
  ['0 100000 65536', 101000, 1000],
  ['0 100000 65536', 5, 5],
  ['0 1000 1\n1 100000 65536', 1000, 0],
  ['0 1000 1\n1 100000 65536', 100000, 1],
  ['', 7, 7],
])('with the map %p the host id %i is %i inside', (map, outside, inside) => {
  expect(mapId(map, outside)).toBe(inside);
});

test.each([
  ['0000000000000000', false],
  ['0', false],
  ['', false],
  ['00000000a80425fb', true],
  ['0000000000000400', true],
])('%p holds capabilities: %p', (mask, holds) => {
  expect(holdsCapabilities(mask)).toBe(holds);
});
