import { expect, test } from '@jest/globals';
import { Fault } from '../../src/model/fault.ts';
import { decodeClaims, expiryOf, fingerprint, identityRefusalOf, refuseIdentity } from '../../src/model/identity.ts';
import { CLAIMS, unsignedToken } from '../support/claims.ts';

test('claims come out of a token, its end with them', () => {
  expect(decodeClaims(unsignedToken(CLAIMS))).toEqual(CLAIMS);
  expect(expiryOf(CLAIMS)).toBe(1_700_000_300);
});

test.each(['', 'a.b', 'a.b.c', 'a.b.c.d', unsignedToken([] as never), unsignedToken('text' as never)])(
  '%p is no token',
  (text) => {
    expect(decodeClaims(text)).toBeUndefined();
  },
);

test.each([{}, { exp: '5' }, { exp: Infinity }])('%p does not say when it ends', (claims) => {
  expect(expiryOf(claims)).toBeUndefined();
});

test('a refusal is found behind its Fault and behind what wraps it', () => {
  const refusal = { step: 'sts', text: 'no' } as const;
  const fault = refuseIdentity('refused', refusal);
  expect(identityRefusalOf(fault)).toBe(refusal);
  expect(identityRefusalOf(new Fault('again', { cause: fault }))).toBe(refusal);
  expect(identityRefusalOf(new Error('other'))).toBeUndefined();
});

test('a fingerprint tells tokens apart and gives none away', () => {
  expect(fingerprint('a')).toMatch(/^[0-9a-f]{8}$/);
  expect(fingerprint('a')).not.toBe(fingerprint('b'));
});
