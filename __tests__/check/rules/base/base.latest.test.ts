import { expect, test } from '@jest/globals';
import { baseLatest } from '../../../../src/check/rules/base/base.latest.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { dockerfileFacts } from '../../../support/dockerfile-facts.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;
function judge(text: string) {
  return checkRule(baseLatest, { dockerfile: dockerfileFacts(text) });
}

test.each([
  ['FROM node', 'has no tag'],
  ['FROM node:latest', 'whatever is latest'],
  ['FROM localhost:5000/node', 'has no tag'],
  [`FROM a:1\nCOPY --from=busybox /bin/sh /sh`, 'COPY --from busybox has no tag'],
])('%j fails', (text, message) => {
  expect(messagesOf(judge(text))).toEqual([expect.stringContaining(message)]);
});

test.each([
  'FROM node:20',
  `FROM node:latest@${DIGEST}`,
  `FROM node@${DIGEST}`,
  'FROM scratch',
  'FROM a:1 AS latest\nFROM latest',
])('%j passes', (text) => {
  expect(judge(text).status).toBe('passed');
});
