import { expect, test } from '@jest/globals';
import { userCodeWritable } from '../../../../src/check/rules/user/user.code-writable.ts';
import { judgeFiles } from '../../../support/file-facts.ts';
import { messagesOf } from '../../../support/judging.ts';
import type { TarSpec } from '../../../support/tar-writer.ts';

const accounts = {
  passwd: [{ name: 'app', uid: 1000, gid: 1000, home: '/' }],
  group: [{ name: 'web', gid: 33, members: ['app'] }],
};
function judge(entry: TarSpec, user = '1000', writable: readonly string[] = []) {
  const config = { user, workingDirectory: '/app' };
  return judgeFiles(userCodeWritable, { layers: [[entry]], config, accounts }, { writable });
}

test.each<[string, TarSpec]>([
  ['the owner', { name: 'app/main.py', uid: 1000, mode: 0o644 }],
  ['the account’s group', { name: 'app/main.py', gid: 1000, mode: 0o664 }],
  ['a group that lists the account', { name: 'app/main.py', gid: 33, mode: 0o664 }],
  ['everybody', { name: 'app/main.py', mode: 0o646 }],
  ['the owner of a package', { name: 'usr/lib/python3/site-packages/x.py', uid: 1000 }],
  ['the owner of the folder', { name: 'app/', type: '5', uid: 1000, mode: 0o755 }],
])('code writable for %s fails', (_, entry) => {
  expect(messagesOf(judge(entry))[0]).toMatch(/can be written by uid 1000, which runs the program/);
});

test.each<[string, TarSpec]>([
  ['root’s own', { name: 'app/main.py', mode: 0o644 }],
  ['an owner without the bit', { name: 'app/main.py', uid: 1000, mode: 0o446 }],
  ['somebody else’s', { name: 'app/main.py', uid: 7, gid: 7, mode: 0o664 }],
  ['data elsewhere', { name: 'data/x', uid: 1000 }],
  ['a symlink', { name: 'app/x', type: '2', link: 'y', mode: 0o777, uid: 1000 }],
])('%s passes', (_, entry) => {
  expect(judge(entry).status).toBe('passed');
});

test('data folders are named, root is left to another rule, an unknown user decides nothing', () => {
  const data = { name: 'app/data/x', uid: 1000 };
  expect(judge(data).status).toBe('failed');
  expect(judge(data, '1000', ['/app/data']).status).toBe('passed');
  expect(judge(data, '0').status).toBe('skipped');
  expect(judge(data, 'nobody').status).toBe('undecided');
});

test('a group in USER takes the place of the account’s', () => {
  expect(judge({ name: 'app/x', gid: 33, mode: 0o664 }, '1000:1000').status).toBe('passed');
  expect(judge({ name: 'app/x', gid: 33, mode: 0o664 }, 'app:web').status).toBe('failed');
});
