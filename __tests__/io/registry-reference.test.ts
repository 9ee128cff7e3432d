import { expect, test } from '@jest/globals';
import { isTrustworthy, parseRegistryReference } from '../../src/io/registry-reference.ts';
import { digestOf } from '../../src/model/digest.ts';

const digest = digestOf('x');
test.each([
  ['python:3.11-slim', 'docker.io', 'https://registry-1.docker.io', 'library/python', '3.11-slim'],
  ['team/api', 'docker.io', 'https://registry-1.docker.io', 'team/api', 'latest'],
  ['127.0.0.1:5000/team/api:v1', '127.0.0.1:5000', 'http://127.0.0.1:5000', 'team/api', 'v1'],
  ['localhost/api', 'localhost', 'http://localhost', 'api', 'latest'],
  [
    `us-east1-docker.pkg.dev/p/r/api@${digest}`,
    'us-east1-docker.pkg.dev',
    'https://us-east1-docker.pkg.dev',
    'p/r/api',
    digest,
  ],
  ['localhost.example.com/api', 'localhost.example.com', 'https://localhost.example.com', 'api', 'latest'],
  ['127.0.0.1.example.com:80/api', '127.0.0.1.example.com:80', 'https://127.0.0.1.example.com:80', 'api', 'latest'],
])('%s', (text, host, origin, repository, reference) => {
  expect(parseRegistryReference(text)).toEqual({ host, origin, repository, reference });
});

test.each(['', 'UPPER/case', 'a b', 'http://host/a', 'host/a:', '-'])('%p is a Fault', (text) => {
  expect(() => parseRegistryReference(text)).toThrow(expect.objectContaining({ name: 'Fault' }));
});

test.each([
  ['https://example.com/', true],
  ['http://127.0.0.1:5000/', true],
  ['http://[::1]:5000/', true],
  ['http://localhost/', true],
  ['http://example.com/', false],
  ['http://127.0.0.1.example.com/', false],
  ['file:///etc/passwd', false],
])('%s is trustworthy: %p', (url, expected) => {
  expect(isTrustworthy(new URL(url))).toBe(expected);
});
