import { expect, test } from '@jest/globals';
import { hygieneAptLists } from '../../../../src/check/rules/hygiene/hygiene.apt-lists.ts';
import { judgeFiles } from '../../../support/file-facts.ts';
import { messagesOf } from '../../../support/judging.ts';
import type { TarSpec } from '../../../support/tar-writer.ts';

const LIST = { name: 'var/lib/apt/lists/deb.debian.org_dists_Packages.lz4', body: 'x'.repeat(5000) };
const NONE = [{ name: 'etc/x' }];

test('lists that can be seen fail with the instruction that left them', () => {
  const spec = { layers: [NONE, [LIST]], base: 1, instructions: ['FROM', 'RUN /bin/sh -c apt-get update # buildkit'] };
  expect(messagesOf(judgeFiles(hygieneAptLists, spec))).toEqual([
    '5.00 kB of apt’s package lists in layer 2 `RUN apt-get update`: /var/lib/apt/lists/deb.debian.org_dists_Packages.lz4',
  ]);
});

test('lists that a later layer deletes are still downloaded', () => {
  const layers = [NONE, [LIST], [{ name: 'var/lib/apt/lists/.wh..wh..opq' }]];
  expect(messagesOf(judgeFiles(hygieneAptLists, { layers, base: 1 }))[0]).toMatch(/deleted later and still downloaded/);
});

test.each<[string, readonly (readonly TarSpec[])[]]>([
  [
    'the lock and the empty folders',
    [NONE, [{ name: 'var/lib/apt/lists/lock' }, { name: 'var/lib/apt/lists/partial', type: '5' }]],
  ],
  ['lists of the base image', [[LIST]]],
  ['lists of the base that the image deletes', [[LIST], [{ name: 'var/lib/apt/lists/.wh.x' }]]],
  ['no apt at all', [NONE, NONE]],
])('%s pass', (_, layers) => {
  expect(judgeFiles(hygieneAptLists, { layers, base: 1 })).toEqual({ status: 'passed', seen: 'none' });
});
