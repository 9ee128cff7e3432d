import { expect, test } from '@jest/globals';
import { isSystemKey } from '../../../src/image/secrets/allowed.ts';

test.each([
  ['usr/lib/x86_64-linux-gnu/libgnutls.so.30.34.3', 'private key', true],
  ['lib64/libgnutls.so.30', 'private key', true],
  ['etc/ssl/private/ssl-cert-snakeoil.key', 'private key', true],
  ['usr/lib/x86_64-linux-gnu/libgnutls.so.30.34.3', 'GitHub token', false],
  ['app/lib/libshop.so', 'private key', false],
  ['usr/lib/shop/server.key', 'private key', false],
  ['usr/lib/python3/dist-packages/x/key.pem', 'private key', false],
  ['etc/ssl/private/server.key', 'private key', false],
])('%s with a %s is the system’s own: %s', (path, kind, expected) => {
  expect(isSystemKey(path, kind)).toBe(expected);
});
