import { expect, test } from '@jest/globals';
import {
  connectionFault,
  describeRequest,
  parseRetryAfter,
  problemOf,
  statusFault,
  withAttempts,
} from '../../src/io/registry-problem.ts';

const now = new Date('2030-06-01T12:00:00Z');
const coded = (code: string) => Object.assign(new Error(code), { code });

test.each([
  ['ECONNRESET', true, 'environment'],
  ['EPIPE', true, 'environment'],
  ['EAI_AGAIN', true, 'environment'],
  ['ENOTFOUND', false, 'environment'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', false, 'user'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', false, 'user'],
  ['CERT_HAS_EXPIRED', false, 'user'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', false, 'user'],
])('%s: temporary %p, %s', (code, temporary, kind) => {
  const cause = coded(code);
  const fault = connectionFault('GET host/x', cause);
  expect(fault).toMatchObject({
    kind,
    message: expect.stringMatching(new RegExp(`^GET host/x: .*\\b${code}\\b`)),
    cause,
  });
  expect(problemOf(fault)?.temporary).toBe(temporary);
});

test('an error without a code keeps its words, in one row', () => {
  expect(connectionFault('GET host/x', new Error('odd\nthing')).message).toBe('GET host/x: odd thing');
});

test.each([
  [408, true],
  [429, true],
  [500, true],
  [502, true],
  [503, true],
  [504, true],
  [400, false],
  [401, false],
  [403, false],
  [404, false],
  [409, false],
  [501, false],
])('%d is temporary: %p', (status, temporary) => {
  expect(problemOf(statusFault('GET host/x', status, Buffer.from('')))?.temporary).toBe(temporary);
});

test.each([
  ['{"errors":[{"code":"DENIED","message":"no","detail":"really"}]}', 'GET host/x: 403 DENIED no: really'],
  ['{"errors":[{"code":"DENIED","detail":{"a":1}}]}', 'GET host/x: 403 DENIED'],
  ['{"errors":[]}', 'GET host/x: 403'],
  ['<html>Forbidden</html>', 'GET host/x: 403'],
  ['{"errors":[{"code":"A\\u001b]0;b\\u0007","message":"::error::c\\r\\nd"}]}', 'GET host/x: 403 A ]0;b ::error::c d'],
])('the body %p reads as one printable row', (body, message) => {
  expect(statusFault('GET host/x', 403, Buffer.from(body)).message).toBe(message);
});

test.each([
  ['7', 7000],
  [' 7 ', 7000],
  ['Sat, 01 Jun 2030 12:00:30 GMT', 30_000],
  ['Sat, 01 Jun 2030 11:00:00 GMT', 0],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
])('Retry-After %p is %p ms', (header, expected) => {
  expect(parseRetryAfter(header, now)).toBe(expected);
});

test('queries and user information are never printed', () => {
  const url = new URL('https://robot:secret@host:5000/v2/a/blobs/uploads/1?_state=secret&digest=x');
  expect(describeRequest('PUT', url)).toBe('PUT host:5000/v2/a/blobs/uploads/1');
});

test('counting attempts keeps what the Fault said', () => {
  const fault = statusFault('GET host/x', 503, Buffer.from(''));
  const counted = withAttempts(fault, 5);
  expect(counted).toMatchObject({
    message: 'GET host/x: 503 (5 attempts)',
    kind: 'environment',
    remedy: fault.remedy,
    cause: fault,
  });
});
