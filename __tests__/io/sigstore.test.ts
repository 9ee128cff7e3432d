import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { makeSignatures } from '../../src/io/sigstore.ts';
import { Fault } from '../../src/model/fault.ts';
import type { SignaturePolicy } from '../../src/model/signatures.ts';
import { openBundle } from '../../src/publish/signer.ts';
import { identityContext } from '../support/rig/identity.ts';
import { type Rig, startRig } from '../support/rig/rig.ts';
import { makeSettings } from '../support/rig/settings.ts';
import { makeSigstore } from '../support/rig/sigstore.ts';

const STATEMENT = Buffer.from('{"_type":"https://in-toto.io/Statement/v1"}');
const WORKFLOW = 'octo-org/slipway/.github/workflows/images.yml';

let rig: Rig;
let issuer = '';
beforeAll(async () => {
  rig = await startRig({}, 'without registry');
  issuer = rig.env['SLIPWAY_SIGSTORE_URL'] ?? '';
});
afterAll(() => rig.stop());
beforeEach(() => {
  Object.assign(rig.settings, makeSettings());
});

const signaturesAt = (env: Readonly<Record<string, string | undefined>>) =>
  makeSignatures({ ...identityContext(rig), env });
const policy = (change: Partial<SignaturePolicy> = {}): SignaturePolicy => ({
  roots: rig.trustedRoot.split('\n'),
  repository: 'octo-org/octo-repo',
  workflows: [WORKFLOW],
  issuer,
  ...change,
});

test.each<[string, Readonly<Record<string, string | undefined>>, string | undefined]>([
  ['a laptop', {}, 'nobody vouches for a run without `id-token: write`'],
  ['a job at github.com', { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x' }, undefined],
  [
    'a job of an enterprise that GitHub runs',
    { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x', GITHUB_SERVER_URL: 'https://acme.ghe.com' },
    undefined,
  ],
  [
    'a server of one’s own',
    { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x', GITHUB_SERVER_URL: 'https://github.acme.example' },
    'GitHub Enterprise Server has no Sigstore',
  ],
  [
    'a test without one',
    { ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1', SLIPWAY_LOOPBACK_IDENTITY: 'true' },
    'this test has no Sigstore',
  ],
])('%s', (_name, env, why) => {
  expect(signaturesAt(env).unavailable).toBe(why);
});

test('no other address than this machine’s may see a token', () => {
  const env = { ...rig.env, SLIPWAY_SIGSTORE_URL: 'https://fulcio.example' };
  expect(() => signaturesAt(env)).toThrow('SLIPWAY_SIGSTORE_URL leads to an address that may not see a token');
});

describe('a signed statement', () => {
  let bundle: Uint8Array;
  beforeAll(async () => {
    bundle = await signaturesAt(rig.env).sign(STATEMENT);
  });

  test('holds under its root, for its repository and its workflow', () => {
    const opened = openBundle(bundle, policy());
    expect(Buffer.from(opened.payload)).toEqual(STATEMENT);
    expect(opened.workflow).toContain(`${WORKFLOW}@refs/tags/v1`);
  });

  test.each<[string, Partial<SignaturePolicy>]>([
    ['any workflow of a repository', { workflows: ['other/one', 'octo-org/slipway'] }],
    ['the very ref', { workflows: [`https://github.com/${WORKFLOW}@refs/tags/v1`] }],
    ['a repository in other letters', { repository: 'Octo-Org/Octo-Repo' }],
  ])('holds for %s', (_name, change) => {
    expect(() => openBundle(bundle, policy(change))).not.toThrow();
  });

  test.each<[string, Partial<SignaturePolicy>, string]>([
    ['another repository', { repository: 'octo-org/other' }, 'signed for the repository octo-org/octo-repo'],
    ['another workflow', { workflows: [`${WORKFLOW}l`] }, 'it was signed by'],
    ['another ref', { workflows: [`${WORKFLOW}@refs/tags/v2`] }, 'it was signed by'],
    ['a repository whose name begins alike', { workflows: ['octo-org/slip'] }, 'it was signed by'],
    ['another issuer', { issuer: 'https://token.actions.githubusercontent.com' }, 'vouched for by http://127.0.0.1'],
    ['no root', { roots: [] }, 'no trusted root vouches'],
    ['a root that is none', { roots: ['{'] }, 'the trusted root cannot be read'],
  ])('does not hold for %s', (_name, change, message) => {
    expect(() => openBundle(bundle, policy(change))).toThrow(message);
  });

  test('does not hold under the root of another Sigstore', async () => {
    const { trustedRoot } = await makeSigstore(issuer);
    expect(() => openBundle(bundle, policy({ roots: trustedRoot.split('\n') }))).toThrow('no trusted root vouches');
    expect(() => openBundle(bundle, policy({ roots: `${trustedRoot}\n${rig.trustedRoot}`.split('\n') }))).not.toThrow();
  });

  test('does not hold for one changed byte of what was signed', () => {
    const parsed = JSON.parse(Buffer.from(bundle).toString()) as { dsseEnvelope: { payload: string } };
    parsed.dsseEnvelope.payload = Buffer.from(STATEMENT.toString().replace('v1', 'v2')).toString('base64');
    expect(() => openBundle(Buffer.from(JSON.stringify(parsed)), policy())).toThrow('no trusted root vouches');
    expect(() => openBundle(Buffer.from('{}'), policy())).toThrow('it is no Sigstore bundle');
  });
});

test('a private repository is kept out of the log: a time stamp says when', async () => {
  rig.settings.claims = { ...rig.settings.claims, repository_visibility: 'private' };
  const seen = rig.requests.length;
  const bundle = await signaturesAt(rig.env).sign(STATEMENT);
  expect(rig.requests.slice(seen).map(({ line }) => line)).toEqual([
    'GET /idtoken',
    'POST /api/v2/signingCert',
    'POST /api/v1/timestamp',
  ]);
  expect(openBundle(bundle, policy())).toBeDefined();
  const [withLog = '', withStamps = ''] = rig.trustedRoot.split('\n');
  expect(() => openBundle(bundle, policy({ roots: [withStamps] }))).not.toThrow();
  expect(() => openBundle(bundle, policy({ roots: [withLog] }))).toThrow('no trusted root vouches');
});

describe('who does not sign', () => {
  const failure = async (): Promise<Fault> => {
    const error: unknown = await signaturesAt(rig.env)
      .sign(STATEMENT)
      .catch((thrown: unknown) => thrown);
    if (error instanceof Fault) return error;
    throw error;
  };
  const FULCIO = /signingCert/;

  test('a refusal is the user’s to deal with, and is not asked again', async () => {
    rig.settings.faults.push({ on: FULCIO, status: 401, body: '{"message":"no"}', times: 1 });
    const seen = rig.requests.length;
    expect(await failure()).toMatchObject({ kind: 'user', message: expect.stringMatching(/signingCert: 401 no$/) });
    expect(rig.requests.slice(seen).filter(({ line }) => line.includes('signingCert'))).toHaveLength(1);
  });

  test('a log that is down for a moment is asked again', async () => {
    rig.settings.faults.push({ on: /log\/entries/, status: 503, times: 1 });
    expect(openBundle(await signaturesAt(rig.env).sign(STATEMENT), policy())).toBeDefined();
  });

  test('no token, no signature', async () => {
    rig.settings.faults.push({ on: /idtoken/, status: 403, times: 9 });
    await failure();
    expect([...rig.secrets].every((secret) => !JSON.stringify(rig.settings).includes(secret))).toBe(true);
  });
});
