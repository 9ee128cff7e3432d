import { expect, test } from '@jest/globals';
import { userSetuid } from '../../../../src/check/rules/user/user.setuid.ts';
import { judgeFiles } from '../../../support/file-facts.ts';
import { messagesOf } from '../../../support/judging.ts';
import type { TarSpec } from '../../../support/tar-writer.ts';

const CAPABILITY = { 'SCHILY.xattr.security.capability': 'x' };

test.each<[string, TarSpec, RegExp]>([
  ['setuid', { name: 'usr/bin/x', mode: 0o4755, uid: 0 }, /^\/usr\/bin\/x runs as uid 0 \(setuid\), whoever/],
  ['setgid', { name: 'usr/bin/x', mode: 0o2755, gid: 42 }, /with gid 42 \(setgid\)/],
  ['both', { name: 'x', mode: 0o6755 }, /as uid 0 \(setuid\), with gid 0 \(setgid\)/],
  ['capabilities', { name: 'usr/bin/ping', mode: 0o755, pax: CAPABILITY }, /with file capabilities/],
])('%s of the image’s own fails', (_, entry, message) => {
  const judgement = judgeFiles(userSetuid, { layers: [[{ name: 'etc/x' }], [entry]], base: 1 });
  expect(messagesOf(judgement)).toEqual([expect.stringMatching(message)]);
  expect(judgement).toMatchObject({ findings: [{ place: { file: `/${entry.name}`, inImage: true } }] });
});

test.each<[string, readonly (readonly TarSpec[])[], number]>([
  ['an ordinary program', [[], [{ name: 'usr/bin/x', mode: 0o755 }]], 1],
  ['a setgid folder', [[], [{ name: 'srv', type: '5', mode: 0o2775 }]], 1],
  ['a symlink', [[], [{ name: 'x', type: '2', link: 'y', mode: 0o6777 }]], 1],
  ['one of the base image', [[{ name: 'usr/bin/x', mode: 0o4755 }]], 1],
  ['one that was deleted', [[], [{ name: 'x', mode: 0o4755 }], [{ name: '.wh.x' }]], 1],
  ['Debian’s su where the base is not known', [[{ name: 'usr/bin/su', mode: 0o4755 }]], 0],
])('%s passes', (_, layers, base) => {
  expect(judgeFiles(userSetuid, { layers, base }).status).toBe('passed');
});

test('su that the image installs itself fails, and so does a base program with new rights', () => {
  const su = { name: 'usr/bin/su', mode: 0o4755 };
  expect(judgeFiles(userSetuid, { layers: [[{ name: 'etc/x' }], [su]], base: 1 }).status).toBe('failed');
  const layers = [[{ name: 'bin/sh', mode: 0o755, body: 'x' }], [{ name: 'bin/sh', mode: 0o4755, body: 'x' }]];
  expect(judgeFiles(userSetuid, { layers, base: 1 }).status).toBe('failed');
});

test('what is allowed passes, exactly by its path', () => {
  const layers = [[], [{ name: 'usr/bin/ping', mode: 0o4755 }]];
  expect(judgeFiles(userSetuid, { layers, base: 1 }, { allow: ['/usr/bin/ping'] }).status).toBe('passed');
  expect(judgeFiles(userSetuid, { layers, base: 1 }, { allow: ['/usr/bin'] }).status).toBe('failed');
});

test('of many the first ten are told and the others counted', () => {
  const many = Array.from({ length: 25 }, (_, index) => ({ name: `opt/p${String(index + 10)}`, mode: 0o4755 }));
  const messages = messagesOf(judgeFiles(userSetuid, { layers: [[], many], base: 1 }));
  expect(messages).toHaveLength(11);
  expect(messages.at(-1)).toMatch(/^and 15 more, such as \/opt\/p20/);
});
