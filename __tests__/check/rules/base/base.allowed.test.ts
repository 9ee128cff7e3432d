import { expect, test } from '@jest/globals';
import { baseAllowed } from '../../../../src/check/rules/base/base.allowed.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { dockerfileFacts } from '../../../support/dockerfile-facts.ts';

function judge(text: string, allow: readonly string[]) {
  return checkRule(baseAllowed, { dockerfile: dockerfileFacts(text) }, undefined, { allow });
}

test.each([
  ['FROM python:3.11', ['python']],
  ['FROM python:3.11', ['docker.io/library/python']],
  ['FROM docker.io/library/python:3.11', ['python']],
  ['FROM nvcr.io/nvidia/pytorch:24.01-py3', ['nvcr.io/nvidia/']],
  ['FROM bitnami/redis:8', ['bitnami/']],
  ['FROM localhost:5000/a/b:1', ['localhost:5000/a/b']],
  ['FROM scratch', ['python']],
])('%j is on %j', (text, allow) => {
  expect(judge(text, allow).status).toBe('passed');
});

test.each([
  ['FROM evil/python:3.11', ['python']],
  ['FROM nvcr.io/nvidia-like/x:1', ['nvcr.io/nvidia/']],
  ['FROM python:3.11\nCOPY --from=evil:1 /x /x', ['python']],
  ['FROM pythonic:1', ['python']],
])('%j is not on %j', (text, allow) => {
  expect(messagesOf(judge(text, allow))).toHaveLength(1);
});

test('without a list there is nothing to judge', () => {
  expect(judge('FROM x', []).status).toBe('skipped');
});
