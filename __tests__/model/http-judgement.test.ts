import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findDifference, judgeAnswer, percentile95 } from '../../src/model/http-judgement.ts';
import type { HttpResponse } from '../../src/model/http.ts';
import { httpCheck } from '../support/runs.ts';

function answerOf(change: Partial<HttpResponse> = {}, body: unknown = { status: 'healthy', version: 3 }): HttpResponse {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return { status: 200, headers, body: Buffer.from(JSON.stringify(body)), truncated: false, ...change };
}

test('an answer as declared has no problems', () => {
  const check = httpCheck({ json: { status: 'healthy' }, type: 'application/json', status: [200, 204] });
  expect(judgeAnswer(check, answerOf())).toEqual([]);
});

test.each([
  [httpCheck(), answerOf({ status: 404 }), 'status 404 instead of 200'],
  [httpCheck({ status: [200, 201] }), answerOf({ status: 500 }), 'status 500 instead of 200 or 201'],
  [
    httpCheck(),
    answerOf({ status: 301, headers: { location: '/health/' } }),
    'status 301 (to /health/; redirects are not followed) instead of 200',
  ],
  [httpCheck({ type: 'text/html' }), answerOf(), 'content type application/json; charset=utf-8 instead of text/html'],
  [httpCheck({ type: 'text/html' }), answerOf({ headers: {} }), 'content type none instead of text/html'],
  [httpCheck({ json: {} }), answerOf({ body: Buffer.from('<html>') }), 'a body that is not JSON'],
  [httpCheck({ json: {} }), answerOf({ truncated: true }), 'a body over 1 MiB, too long to be compared as JSON'],
])('case %#', (check, answer, problem) => {
  expect(judgeAnswer(check, answer)).toEqual([problem]);
});

test.each<[unknown, unknown, string | undefined]>([
  [{ a: 1 }, { a: 1, b: 2 }, undefined],
  [{ a: { b: [1, { c: null }] } }, { a: { b: [1, { c: null, d: 1 }] } }, undefined],
  [{ a: 1 }, { a: '1' }, 'JSON a is "1" instead of 1'],
  [{ a: { b: 1 } }, { a: {} }, 'JSON a.b is missing'],
  [{ a: { b: 1 } }, { a: 3 }, 'JSON a is 3 instead of an object'],
  [[1, 2], [1], 'the JSON answer has 1 entries instead of 2'],
  [{ a: [] }, { a: {} }, 'JSON a is {} instead of a list'],
  [{ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }, 'JSON a[1].b is 3 instead of 2'],
  ['ok', 'ko', 'the JSON answer is "ko" instead of "ok"'],
  [{ toString: 1 }, {}, 'JSON toString is missing'],
])('%j against %j', (expected, seen, difference) => {
  expect(findDifference(expected, seen, '')).toBe(difference);
});

test('every JSON value is part of itself and of itself with more keys', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const copy = JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
      expect(
        findDifference(JSON.parse(JSON.stringify(value)), { ...copy, 'one-more-key': 1, ...copy }, ''),
      ).toBeUndefined();
    }),
  );
});

test.each([
  [[], undefined],
  [[5], 5],
  [[3, 1, 2], 3],
  [Array.from({ length: 100 }, (_, index) => index + 1), 95],
])('the 95th percentile of %j is %p', (samples, value) => {
  expect(percentile95(samples)).toBe(value);
});
