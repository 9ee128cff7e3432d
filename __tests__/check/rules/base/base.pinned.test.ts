import { expect, test } from '@jest/globals';
import { basePinned } from '../../../../src/check/rules/base/base.pinned.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { dockerfileFacts } from '../../../support/dockerfile-facts.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;
function judge(text: string) {
  return checkRule(basePinned, { dockerfile: dockerfileFacts(text) });
}

test.each([
  ['FROM python:3.11', 'FROM python:3.11 names a tag'],
  ['ARG V=3.11\nFROM python:${V}-slim', 'FROM python:3.11-slim names a tag'],
  ['FROM --platform=linux/amd64 debian:12 AS base\nFROM base', 'FROM debian:12 names a tag'],
  [`FROM a@${DIGEST}\nCOPY --from=nginx:1.29 /x /x`, 'COPY --from nginx:1.29 names a tag'],
  [`FROM a@${DIGEST}\nRUN --mount=type=bind,from=node:20,target=/n true`, 'RUN --mount node:20 names a tag'],
])('%j fails', (text, message) => {
  expect(messagesOf(judge(text))).toEqual([expect.stringContaining(message)]);
});

test.each([
  `FROM python:3.11@${DIGEST}`,
  `FROM python@${DIGEST}`,
  'FROM scratch\nCOPY x /x',
  `FROM --platform=$BUILDPLATFORM a@${DIGEST} AS build\nFROM build\nCOPY --from=build /x /x\nCOPY --from=0 /y /y`,
  `FROM a@${DIGEST} AS Build\nFROM build`,
])('%j passes', (text) => {
  expect(judge(text).status).toBe('passed');
});

test('an image on two lines is told once, at its first line', () => {
  expect(judge('FROM a:1 AS one\nFROM a:1\nCOPY --from=one /x /x')).toMatchObject({
    findings: [{ place: { file: 'Dockerfile', line: 1 } }],
  });
});
