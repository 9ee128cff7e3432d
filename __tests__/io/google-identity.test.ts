import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { GoogleContext } from '../../src/io/google-call.ts';
import { makeGoogleIdentity } from '../../src/io/google-identity.ts';
import { makeHiddenSecrets } from '../../src/io/hidden-secrets.ts';
import { makeWire } from '../../src/io/registry-wire.ts';
import { Fault } from '../../src/model/fault.ts';
import { identityRefusalOf } from '../../src/model/identity.ts';
import { makeScriptedClock } from '../support/clock.ts';
import { startRig } from '../support/rig/rig.ts';
import type { Rig } from '../support/rig/rig.ts';
import { ACCOUNT, makeSettings, PROVIDER, RESOURCE } from '../support/rig/settings.ts';

const DIRECT = { provider: PROVIDER };
const ACTING = { provider: PROVIDER, serviceAccount: ACCOUNT };
const UPLOAD = 'artifactregistry.repositories.uploadArtifacts';

let rig: Rig;
let seen = 0;
beforeAll(async () => {
  rig = await startRig({}, 'without registry');
});
afterAll(() => rig.stop());
beforeEach(() => {
  Object.assign(rig.settings, makeSettings());
  seen = rig.requests.length;
});

function setUp(env: Readonly<Record<string, string | undefined>> = rig.env) {
  const masked: string[] = [];
  const lines: string[] = [];
  const clock = makeScriptedClock(new Date().toISOString());
  const context: GoogleContext = {
    wire: makeWire({ idle: 5000, env: {} }),
    clock,
    signal: new AbortController().signal,
    env,
    secrets: makeHiddenSecrets((secret) => masked.push(secret)),
    report: (line) => lines.push(line),
  };
  return { ...makeGoogleIdentity(context), clock, masked, lines };
}
const asked = (): string[] =>
  rig.requests
    .slice(seen)
    .map(({ line }) => line)
    .filter((line) => !line.includes('jwks'));
const ID = 'GET /idtoken';
const STS = 'POST /v1/token';
const ACCOUNT_LINE = `POST /v1/projects/-/serviceAccounts/${encodeURIComponent(ACCOUNT)}:generateAccessToken`;

async function failureOf(task: Promise<unknown>): Promise<Fault> {
  const error: unknown = await task.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (error instanceof Fault) return error;
  throw error;
}

describe('minting', () => {
  test('direct federation: two questions, the claims, and an end no later than the token of GitHub', async () => {
    const { identity } = setUp();
    const report = await identity.mint(DIRECT);
    expect(asked()).toEqual([ID, STS]);
    expect(report.claims).toMatchObject({ repository_id: '456789', aud: `https://iam.googleapis.com/${PROVIDER}` });
    const [id, federated] = report.steps;
    expect([id?.step, federated?.step]).toEqual(['oidc', 'sts']);
    expect(Math.abs((federated?.expires ?? 0) - (id?.expires ?? 0))).toBeLessThanOrEqual(2);
  });

  test('via a service account: a third question, and a life of its own', async () => {
    const { identity } = setUp();
    const { steps } = await identity.mint(ACTING);
    expect(asked()).toEqual([ID, STS, ACCOUNT_LINE]);
    expect((steps[2]?.expires ?? 0) - (steps[1]?.expires ?? 0)).toBeGreaterThan(2900);
    expect(JSON.parse(rig.requests.at(-1)?.body ?? '')).toMatchObject({ lifetime: '3300s' });
  });

  test('the exchange goes out without an Authorization header, as a form', async () => {
    await setUp().identity.mint(DIRECT);
    const sent = rig.requests.findLast(({ line }) => line === STS);
    expect(sent?.headers.authorization).toBeUndefined();
    expect(sent?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  });

  test('an audience of one’s own is asked for', async () => {
    rig.settings.audiences = ['mine'];
    expect((await setUp().identity.mint({ ...DIRECT, audience: 'mine' })).claims['aud']).toBe('mine');
  });
});

describe('credentials', () => {
  test('for hosts that were named only', async () => {
    const { identity, credentials } = setUp();
    identity.use(DIRECT, ['us-docker.pkg.dev']);
    expect(await credentials('us-east1-docker.pkg.dev')).toBeUndefined();
    expect(asked()).toEqual([]);
    expect(await credentials('us-docker.pkg.dev')).toMatchObject({ type: 'basic', username: 'oauth2accesstoken' });
  });

  test.each([
    [300, 239_000, 2],
    [300, 241_000, 4],
    [6, 0, 4],
  ])('a token of %d s, asked again after %d ms: %d questions', async (life, elapsed, questions) => {
    rig.settings.idTokenLife = life;
    const { identity, credentials, clock } = setUp();
    identity.use(DIRECT, ['h']);
    await credentials('h');
    await clock.sleep(elapsed);
    await credentials('h');
    expect(asked()).toHaveLength(questions);
  });

  test('a token that was thrown away is minted anew', async () => {
    const { identity, credentials } = setUp();
    identity.use(DIRECT, ['h']);
    await identity.mint(DIRECT);
    await credentials('h');
    expect(asked()).toEqual([ID, STS]);
    identity.forget(DIRECT);
    await credentials('h');
    expect(asked()).toEqual([ID, STS, ID, STS]);
  });

  test('requests that find the token old together mint one', async () => {
    const { identity, credentials } = setUp();
    identity.use(DIRECT, ['h']);
    const all = await Promise.all([credentials('h'), credentials('h'), credentials('h')]);
    expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(asked()).toEqual([ID, STS]);
  });
});

describe('what passes by itself is asked again, five times in all', () => {
  const steps: [string, RegExp][] = [
    [ID, /GET \/idtoken/],
    [STS, /POST \/v1\/token/],
    [ACCOUNT_LINE, /generateAccessToken/],
  ];
  test.each(steps)('%s: a reset, a 503 in HTML, a 429, nonsense with a 200', async (line, on) => {
    rig.settings.faults.push(
      { on, reset: true },
      { on, status: 503 },
      { on, status: 429 },
      { on, status: 200, body: '<html>' },
    );
    const { identity, lines, clock } = setUp();
    await identity.mint(ACTING);
    expect(asked().filter((one) => one === line)).toHaveLength(5);
    expect(lines).toHaveLength(4);
    expect(clock.sleeps.every((pause, index) => pause <= ([200, 620, 1900, 6000][index] ?? 0))).toBe(true);
  });

  test.each(steps)('%s: five 503s are the environment’s fault, and say how often was asked', async (_line, on) => {
    rig.settings.faults.push({ on, status: 503, times: 9 });
    const failure = await failureOf(setUp().identity.mint(ACTING));
    expect(failure).toMatchObject({ kind: 'environment', message: expect.stringContaining('(5 attempts)') });
    expect(identityRefusalOf(failure)).toBeUndefined();
  });

  test('a late answer is waited for', async () => {
    const steps = [/GET \/idtoken/, /POST \/v1\/token/, /generateAccessToken/];
    rig.settings.faults.push(...steps.map((on) => ({ on, delay: 300 })), {
      on: /GET \/idtoken/,
      delay: 300,
      status: 503,
    });
    const { identity, lines } = setUp();
    await identity.mint(ACTING);
    expect([asked(), lines]).toEqual([[ID, STS, ACCOUNT_LINE], []]);
  });

  test('a token that grew old between two attempts is not shown again', async () => {
    rig.settings.idTokenLife = 30;
    rig.settings.faults.push({ on: /POST \/v1\/token/, status: 503, times: 2 });
    await setUp().identity.mint(DIRECT);
    expect(asked()).toEqual([ID, STS, ID, STS, ID, STS]);
  });
});

describe('a refusal ends at once and keeps what was said', () => {
  test.each([
    [
      'condition',
      () => (rig.settings.condition = 'false'),
      'sts',
      'unauthorized_client',
      /rejected by the attribute condition/,
    ],
    [
      'provider',
      () => (rig.settings.provider = PROVIDER.replace('haystack', 'other')),
      'sts',
      'invalid_target',
      /doesn't exist/,
    ],
    ['audience', () => (rig.settings.audiences = ['x']), 'sts', 'invalid_grant', /audience in JWT does not match/],
    [
      'issuer',
      () => (rig.settings.trusted = 'https://github.example'),
      'sts',
      'invalid_grant',
      /issuer in ID Token http/,
    ],
    [
      'length',
      () =>
        (rig.settings.mapping = { 'google.subject': 'assertion.sub + assertion.sub + assertion.sub + assertion.sub' }),
      'sts',
      'invalid_request',
      /127 bytes/,
    ],
    ['account', () => (rig.settings.accounts = {}), 'service-account', 'IAM_PERMISSION_DENIED', /getAccessToken/],
  ])('%s', async (_name, arrange, step, code, text) => {
    arrange();
    const { identity, clock } = setUp();
    const failure = await failureOf(identity.mint(ACTING));
    expect(failure.kind).toBe('user');
    expect(identityRefusalOf(failure)).toMatchObject({ step, code, text: expect.stringMatching(text) });
    expect(identityRefusalOf(failure)?.claims).toMatchObject({ repository_id: '456789' });
    expect(clock.sleeps).toEqual([]);
  });

  test('a job without the right to ask', async () => {
    const failure = await failureOf(setUp({}).identity.mint(DIRECT));
    expect(identityRefusalOf(failure)).toMatchObject({ step: 'oidc', code: 'not-offered' });
    expect(failure.remedy).toMatch(/id-token: write/);
  });

  test('the request token is over', async () => {
    const failure = await failureOf(
      setUp({ ...rig.env, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'an old one' }).identity.mint(DIRECT),
    );
    expect(identityRefusalOf(failure)).toMatchObject({ step: 'oidc', status: 401 });
  });
});

describe('permissions and the repository', () => {
  test('what the identity may do', async () => {
    const { identity } = setUp();
    const wanted = [UPLOAD, 'artifactregistry.tags.delete'];
    expect(await identity.testPermissions(DIRECT, RESOURCE, wanted)).toEqual([UPLOAD]);
    expect(await identity.testPermissions(DIRECT, `${RESOURCE}-other`, wanted)).toEqual([]);
  });

  test('what the repository says of itself, where it may be read', async () => {
    const { identity } = setUp();
    expect(await identity.describeRepository(DIRECT, RESOURCE)).toEqual({
      format: 'DOCKER',
      immutableTags: false,
      cleanup: ['old'],
    });
    expect(await identity.describeRepository(DIRECT, `${RESOURCE}-other`)).toBeUndefined();
  });
});

describe('nothing gives a token away', () => {
  test('each is masked, with the form docker gives it, before it is used', async () => {
    const { identity, masked } = setUp();
    const before = new Set(rig.secrets);
    await identity.mint(ACTING);
    const issued = [
      rig.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'],
      ...[...rig.secrets].filter((secret) => !before.has(secret)),
    ];
    expect(issued).toHaveLength(6);
    expect(masked).toEqual(expect.arrayContaining(issued));
  });

  test('not even an answer that repeats it', async () => {
    const { identity } = setUp();
    const body = JSON.stringify({
      error: 'invalid_grant',
      error_description: `bad: ${rig.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? ''}`,
    });
    rig.settings.faults.push({ on: /POST \/v1\/token/, status: 400, body });
    const failure = await failureOf(identity.mint(DIRECT));
    expect(`${failure.message}${String(identityRefusalOf(failure)?.text)}`).toContain('bad: ***');
    for (const secret of rig.secrets)
      expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain(secret);
  });
});

describe('addresses that may see a token', () => {
  test.each([
    [{ GHA_ENDPOINT_OVERRIDE_sts: 'https://sts.evil.example' }, /may not see a token/],
    [{ GHA_ENDPOINT_OVERRIDE_sts: 'http://sts.googleapis.com' }, /may not see a token/],
    [{ GHA_ENDPOINT_OVERRIDE_sts: 'https://sts.googleapis.com:8443' }, /may not see a token/],
    [{ GHA_ENDPOINT_OVERRIDE_sts: 'nonsense' }, /may not see a token/],
    [{ SLIPWAY_LOOPBACK_IDENTITY: '' }, /no https address/],
    [{ ACTIONS_ID_TOKEN_REQUEST_URL: 'http://pipelines.example/idtoken?x=1' }, /no https address/],
  ])('%p is refused', async (change, message) => {
    const failure = await failureOf(setUp({ ...rig.env, ...change }).identity.mint(DIRECT));
    expect(failure.message).toMatch(message);
    expect(asked().filter((line) => line === STS)).toEqual([]);
  });
});
