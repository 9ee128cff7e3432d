import { expect, test } from '@jest/globals';
import { userPasswd } from '../../../../src/check/rules/user/user.passwd.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { parsePasswords } from '../../../../src/image/accounts.ts';

const root = { name: 'root', uid: 0, gid: 0, home: '/root' };
const app = { name: 'app', uid: 1000, gid: 1000, home: '/app' };

test('an empty password and a hash fail with the file they stand in', () => {
  const passwords = [
    { name: 'root', state: 'empty', file: '/etc/shadow' },
    { name: 'app', state: 'hash', file: '/etc/passwd' },
  ] as const;
  const judgement = checkRule(userPasswd, { accounts: { passwd: [root, app], passwords } });
  expect(judgement).toMatchObject({
    findings: [
      {
        message: expect.stringContaining('"root" has an empty password'),
        place: { file: '/etc/shadow', inImage: true },
      },
      { message: expect.stringContaining('"app" has a password hash'), place: { file: '/etc/passwd' } },
    ],
  });
});

test.each([
  ['an alias', [root, { ...root, name: 'toor' }]],
  ['root twice', [root, root]],
  ['uid 0 without root', [{ ...app, uid: 0 }]],
])('%s fails', (_, passwd) => {
  expect(messagesOf(checkRule(userPasswd, { accounts: { passwd } }))).toEqual([
    expect.stringMatching(/is a further one with uid 0$/),
  ]);
});

test('locked accounts and an image without accounts pass', () => {
  const passwords = [{ name: 'root', state: 'locked', file: '/etc/shadow' }] as const;
  expect(checkRule(userPasswd, { accounts: { passwd: [root, app], passwords } }).status).toBe('passed');
  expect(checkRule(userPasswd, { accounts: {} }).status).toBe('passed');
});

test('a hostile name does not reach the remedy', () => {
  const passwords = [{ name: 'x; reboot', state: 'empty', file: '/etc/shadow' }] as const;
  expect(checkRule(userPasswd, { accounts: { passwords } })).toMatchObject({
    findings: [{ remedy: expect.stringContaining('passwd -l NAME') }],
  });
});

const hash = ['$6', 'salt', 'x'.repeat(20)].join('$');
test.each([
  ['root:x:0:0::/:/bin/sh\n', 'root:*:1::::::\n', 'locked'],
  ['root:x:0:0::/:/bin/sh\n', 'root:!*:1::::::\n', 'locked'],
  ['root:x:0:0::/:/bin/sh\n', 'root:::0:::::\n', 'empty'],
  ['root:x:0:0::/:/bin/sh\n', `root:${hash}:1::::::\n`, 'hash'],
  ['root:x:0:0::/:/bin/sh\n', `root:!${hash}:1::::::\n`, 'locked'],
  ['root:x:0:0::/:/bin/sh\n', '', 'locked'],
  ['root::0:0::/:/bin/sh\n', 'root:*:1::::::\n', 'empty'],
  [`root:${hash}:0:0::/:/bin/sh\n`, '', 'hash'],
  ['', `ghost:${hash}:1::::::\n`, 'hash'],
])('passwd %p with shadow %p is %s', (passwd, shadow, state) => {
  const read = parsePasswords(Buffer.from(passwd), Buffer.from(shadow));
  expect(read.map((entry) => entry.state)).toEqual([state]);
});
