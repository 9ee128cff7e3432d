import { expect, test } from '@jest/globals';
import { userConfig } from '../../../../src/check/rules/user/user.config.ts';
import type { UserExpectation } from '../../../../src/model/config.ts';
import type { AccountFacts } from '../../../../src/model/facts.ts';
import { blankDescription, blankImage, blankRuntime } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

const account = (name: string, uid: number) => ({ name, uid, gid: uid, home: '/' });
const accounts: AccountFacts = {
  passwd: [
    account('root', 0),
    account('toor', 0),
    account('app', 1000),
    account('65532', 0),
    account('app', 0),
    account('huge', 2_147_483_648),
    account('broken', Number.NaN),
  ],
  group: [{ name: 'staff', gid: 50, members: [] }],
};

function judge(user: string, expected?: UserExpectation, facts: AccountFacts = accounts) {
  const image = blankDescription({ config: blankRuntime({ user }) });
  return checkRule(
    userConfig,
    { image, accounts: facts },
    blankImage(expected === undefined ? {} : { user: expected }),
  );
}

test.each([
  ['', 'starts as root: no USER is set'],
  [':1000', 'starts as root: ":1000" names a group but no user'],
  [':', 'starts as root: ":" names a group but no user'],
  ['0', 'starts as root: USER is "0"'],
  ['00', 'starts as root: USER is "00"'],
  ['+0', 'starts as root: USER is "+0"'],
  ['-0', 'starts as root: USER is "-0"'],
  ['0:1000', 'starts as root: USER is "0"'],
  ['root', 'starts as root: "root" is uid 0 in /etc/passwd'],
  ['toor', 'starts as root: "toor" is uid 0 in /etc/passwd'],
  ['root:staff', 'starts as root: "root" is uid 0 in /etc/passwd'],
])('USER %p is root', (user, message) => {
  const judgement = judge(user);
  expect(messagesOf(judgement)).toEqual([message]);
  expect(judgement).toMatchObject({ findings: [{ seen: 'uid 0', allowed: 'non-root' }] });
});

test.each([
  ['2147483648', /outside 0 to 2147483647/],
  ['-1', /outside 0/],
  ['99999999999999999999', /outside 0/],
  ['huge', /uid of "huge".*outside/],
  ['broken', /uid of "broken".*outside/],
  ['nobody', /unable to find user "nobody": no such name/],
  ['App', /unable to find user "App"/],
  [' 0', /unable to find user " 0"/],
  ['0x0', /unable to find user "0x0"/],
  ['$UNSET', /unable to find user/],
  ['app:wheel', /unable to find group "wheel"/],
  ['1000:2147483648', /gid 2147483648 is outside/],
])('USER %p will not start', (user, message) => {
  expect(messagesOf(judge(user))).toEqual([expect.stringMatching(message)]);
  expect(messagesOf(judge(user))[0]).toMatch(/^the container will not start: /);
});

test.each([
  ['app', 'uid 1000'],
  ['app:staff', 'uid 1000'],
  ['1000', 'uid 1000'],
  ['+1000', 'uid 1000'],
  ['01000', 'uid 1000'],
  ['1000:0', 'uid 1000'],
  ['2147483647', 'uid 2147483647'],
  // A number is never looked up as a name, even where an account is called so.
  ['65532', 'uid 65532'],
])('USER %p is not root', (user, seen) => {
  expect(judge(user)).toEqual({ status: 'passed', seen });
});

test('without /etc/passwd numbers work and names do not', () => {
  expect(judge('1000', 'non-root', {}).status).toBe('passed');
  expect(messagesOf(judge('app', 'non-root', {}))[0]).toContain('the image has no /etc/passwd');
  expect(judge('', 'non-root', {}).status).toBe('failed');
});

test('an exact uid is held to', () => {
  expect(judge('app', 1000).status).toBe('passed');
  expect(judge('app', 1001)).toMatchObject({
    findings: [
      { message: 'starts as uid 1000 ("app" is uid 1000 in /etc/passwd), uid 1001 expected', allowed: 'uid 1001' },
    ],
  });
  expect(messagesOf(judge('0', 1000))).toEqual(['starts as root: USER is "0"']);
});

test.each<[UserExpectation]>([['root'], [0]])('root on purpose (%p) still needs a waiver', (expected) => {
  const judgement = judge('root', expected);
  expect(messagesOf(judgement)[0]).toContain('needs a waiver');
  expect(judgement).toMatchObject({ findings: [{ remedy: expect.stringContaining('waiver') }] });
});

test('root on purpose that is not root after all passes', () => {
  expect(judge('app', 'root').status).toBe('passed');
});
