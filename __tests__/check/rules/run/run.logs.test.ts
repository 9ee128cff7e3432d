import { expect, test } from '@jest/globals';
import { runLogs } from '../../../../src/check/rules/run/run.logs.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

const judge = (lines: readonly string[], settings: unknown = {}) =>
  checkRule(runLogs, { logs: { lines } }, undefined, settings);

test.each([
  'listening on 8080',
  'no panic: all is well',
  'GET https://example.com/a@b',
  'connecting to postgres://app:***@db/app',
  'traceback of the last deploy',
])('%s passes', (line) => {
  expect(judge([line])).toEqual({ status: 'passed', seen: '1 lines' });
});

test.each([
  ['Traceback (most recent call last):', 'line 2 of the output matches /Traceback'],
  ['panic: runtime error', 'matches /^panic: /'],
  ['Exception in thread "main" java.lang.Error', 'Exception in thread'],
])('%s fails and is quoted', (line, message) => {
  expect(messagesOf(judge(['fine', line]))[0]).toContain(message);
});

test.each([
  ['a private key', ['-----BEGIN EC PRIVATE', ' KEY-----'].join('')],
  ['an AWS access key', ['key AK', 'IAABCDEFGHIJKLMNOP'].join('')],
  ['a GitHub token', ['token gh', 'p_', 'a1'.repeat(18)].join('')],
  ['a URL with a password', ['dsn postgres://app:hunter', '2@db/app'].join('')],
])('%s fails and is never quoted', (what, line) => {
  const judgement = judge([line]);
  expect(messagesOf(judgement)).toEqual([`line 1 of the output shows ${what}`]);
  expect(JSON.stringify(judgement)).not.toContain(line.slice(-6));
});

test('an own list replaces the default one, not the secrets', () => {
  const deny = ['/deprecated/i'];
  expect(judge(['Traceback (most recent call last):'], { deny }).status).toBe('passed');
  expect(messagesOf(judge(['DEPRECATED call'], { deny }))[0]).toContain('matches /deprecated/i');
  expect(judge([['-----BEGIN PRIVATE', ' KEY-----'].join('')], { deny }).status).toBe('failed');
});

test('at most five lines are shown', () => {
  expect(messagesOf(judge(Array.from({ length: 9 }, () => 'panic: x')))).toHaveLength(5);
});
