import { expect, test } from '@jest/globals';
import { userWorldWritable } from '../../../../src/check/rules/user/user.world-writable.ts';
import { judgeFiles } from '../../../support/file-facts.ts';
import { messagesOf } from '../../../support/judging.ts';
import type { TarSpec } from '../../../support/tar-writer.ts';

test.each<[string, TarSpec]>([
  ['a file', { name: 'app/x', mode: 0o666 }],
  ['a folder', { name: 'app/data', type: '5', mode: 0o777 }],
  ['a file below a sticky folder that is not /tmp', { name: 'var/spool/x', mode: 0o602 }],
])('%s that others may write fails', (_, entry) => {
  const judgement = judgeFiles(userWorldWritable, { layers: [[], [entry]], base: 1 });
  expect(messagesOf(judgement)).toEqual([expect.stringContaining(`/${entry.name} can be written by everybody`)]);
});

test.each<[string, TarSpec]>([
  ['a symlink', { name: 'app/x', type: '2', link: 'y', mode: 0o777 }],
  ['a sticky folder', { name: 'app/data', type: '5', mode: 0o1777 }],
  ['a device', { name: 'srv/null', type: '3', mode: 0o666 }],
  ['a file in /tmp', { name: 'tmp/x', mode: 0o666 }],
  ['/var/tmp itself', { name: 'var/tmp', type: '5', mode: 0o777 }],
  ['a group-writable file', { name: 'app/x', mode: 0o664 }],
])('%s passes', (_, entry) => {
  expect(judgeFiles(userWorldWritable, { layers: [[], [entry]], base: 1 }).status).toBe('passed');
});

test('what the base brought is counted, what is allowed is not told', () => {
  const layers = [[{ name: 'etc/x', mode: 0o666 }], [{ name: 'app/data/x', mode: 0o666 }]];
  const judgement = judgeFiles(userWorldWritable, { layers, base: 1 }, { allow: ['/app/data/'] });
  expect(judgement).toEqual({ status: 'passed', seen: 'none of its own, 1 in the base image' });
});
