import { execFile } from 'node:child_process';
import {
  createPrivateKey,
  createPublicKey,
  createSign,
  createVerify,
  generateKeyPairSync,
  X509Certificate,
} from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A key that signs JSON web tokens with RS256. */
export interface SigningKey {
  readonly jwk: JsonWebKey & { readonly kid: string; readonly alg: 'RS256'; readonly use: 'sig' };
  sign(claims: object, header?: object): string;
}

export function makeSigningKey(kid: string): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' } as const;
  return { jwk, sign: (claims, header = {}) => signToken(privateKey, { kid, ...header }, claims) };
}

/** A self-signed certificate whose key signs registry tokens; `bundle` is what the registry trusts. */
export async function makeCertifiedKey(folder: string): Promise<{ bundle: string; sign: (claims: object) => string }> {
  const [key, bundle] = [join(folder, 'token.key'), join(folder, 'token.crt')];
  const words = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    key,
    '-out',
    bundle,
    '-days',
    '2',
    '-subj',
    '/CN=rig',
  ];
  await promisify(execFile)('openssl', words);
  const certificate = new X509Certificate(await readFile(bundle));
  const privateKey = createPrivateKey(await readFile(key));
  const header = { x5c: [certificate.raw.toString('base64')] };
  return { bundle, sign: (claims) => signToken(privateKey, header, claims) };
}

function signToken(key: KeyObject, header: object, claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ typ: 'JWT', alg: 'RS256', ...header })}.${part(claims)}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key).toString('base64url')}`;
}

/** Whether one of the published keys signed the token. */
export function hasValidSignature(token: string, keys: readonly (JsonWebKey & { readonly kid?: string })[]): boolean {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid?: string };
  const jwk = keys.find((key) => key.kid === kid);
  if (jwk === undefined) return false;
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  return createVerify('RSA-SHA256')
    .update(`${header}.${claims}`)
    .verify(publicKey, Buffer.from(signature, 'base64url'));
}
