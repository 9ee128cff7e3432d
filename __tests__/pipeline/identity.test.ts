import { describe, expect, test } from '@jest/globals';
import type { Config } from '../../src/model/config.ts';
import type { Effects } from '../../src/model/effects.ts';
import { Fault } from '../../src/model/fault.ts';
import { refuseIdentity } from '../../src/model/identity.ts';
import type { Identity, MintReport } from '../../src/model/identity.ts';
import { checkIdentity, NEEDED_PERMISSIONS, prepareIdentity } from '../../src/pipeline/identity.ts';
import { CLAIMS } from '../support/claims.ts';
import { makeScriptedClock } from '../support/clock.ts';

const PROVIDER = 'projects/123456789/locations/global/workloadIdentityPools/github/providers/haystack';
const REGISTRY = 'us-east1-docker.pkg.dev/my-project/haystack';
const REPORT: MintReport = {
  claims: CLAIMS,
  steps: [{ step: 'sts', elapsed: 3, expires: 1_700_000_300, fingerprint: '01234567' }],
};
const rejected = () => {
  const text = 'unauthorized_client: The given credential is rejected by the attribute condition.';
  return refuseIdentity(text, { step: 'sts', text, claims: CLAIMS });
};

function setUp(script: Partial<Identity> = {}, waitForIam?: number) {
  const used: unknown[] = [];
  const forgotten: unknown[] = [];
  const printed: string[] = [];
  const clock = makeScriptedClock();
  const effects = {
    clock,
    env: { GITHUB_ACTIONS: 'true' },
    signal: new AbortController().signal,
    output: { stderr: (text: string) => printed.push(text) },
    files: { stat: () => Promise.resolve(undefined) },
    identity: {
      use: (...words: unknown[]) => used.push(words),
      mint: () => Promise.resolve(REPORT),
      testPermissions: () => Promise.resolve(NEEDED_PERMISSIONS),
      forget: (...words: unknown[]) => forgotten.push(words),
      ...script,
    },
  } as unknown as Effects;
  const google = { identity: { provider: PROVIDER }, ...(waitForIam === undefined ? {} : { waitForIam }) };
  const config = { directory: '/repo', registry: REGISTRY, google } as Config;
  const check = () => {
    const identity = prepareIdentity(effects, config, { type: 'registry', location: REGISTRY });
    if (identity === undefined) throw new Error('no identity');
    return checkIdentity(effects, config, identity);
  };
  return { effects, config, used, forgotten, printed, clock, check };
}

describe('whose tokens a run uses', () => {
  test('the config’s identity, for the hosts of registry and staging', () => {
    const { effects, config, used } = setUp();
    const staging = { ...config, staging: 'europe-docker.pkg.dev/p/staging' };
    expect(prepareIdentity(effects, staging, { type: 'registry', location: REGISTRY })).toMatchObject({
      resource: 'projects/my-project/locations/us-east1/repositories/haystack',
    });
    expect(used).toEqual([[{ provider: PROVIDER }, ['us-east1-docker.pkg.dev', 'europe-docker.pkg.dev']]]);
  });

  test.each([
    ['another registry never sees a token', { location: 'ghcr.io/acme', env: { GITHUB_ACTIONS: 'true' } }],
    ['this machine neither', { location: '127.0.0.1:5000/p/r', env: { GITHUB_ACTIONS: 'true' } }],
    ['on a laptop docker’s own login is used', { location: REGISTRY, env: {} }],
  ])('%s', (_name, { location, env }) => {
    const { effects, config, used } = setUp();
    expect(prepareIdentity({ ...effects, env }, config, { type: 'registry', location })).toBeUndefined();
    expect(used).toEqual([]);
  });
});

describe('the look ahead', () => {
  test('one line without a secret, and the token is thrown away', async () => {
    const { check, printed, forgotten } = setUp();
    await check();
    expect(forgotten).toEqual([[{ provider: PROVIDER }]]);
    expect(printed).toEqual([
      'identity: token 01234567 minted in 3 ms, good until 2023-11-14T22:18:20.000Z; it may write projects/my-project/locations/us-east1/repositories/haystack\n',
    ]);
  });

  test('a permission that is missing is explained with the binding to type', async () => {
    const { check } = setUp({ testPermissions: () => Promise.resolve(NEEDED_PERMISSIONS.slice(1)) });
    await expect(check()).rejects.toMatchObject({
      kind: 'user',
      message: expect.stringMatching(/no permission artifactregistry\.repositories\.uploadArtifacts/),
      complaints: expect.arrayContaining([
        { message: expect.stringMatching(/^ {2}gcloud artifacts repositories add-iam/) },
      ]),
    });
  });

  test('a service that cannot be asked is said and does not stop the run', async () => {
    const refusal = { step: 'permissions', status: 403, code: 'SERVICE_DISABLED', text: 'the API is off' } as const;
    const { check, printed } = setUp({ testPermissions: () => Promise.reject(refuseIdentity('x', refusal)) });
    await check();
    expect(printed.join()).toContain('what it may do could not be asked: the API is off');
  });

  test('a repository that is not there does', async () => {
    const refusal = { step: 'permissions', status: 404, text: 'not found' } as const;
    await expect(
      setUp({ testPermissions: () => Promise.reject(refuseIdentity('x', refusal)) }).check(),
    ).rejects.toThrow(/no permission/);
  });

  test('waits for a grant to spread only where the config says so, and no longer', async () => {
    let refusals = 3;
    const mint = () => (refusals-- > 0 ? Promise.reject(rejected()) : Promise.resolve(REPORT));
    const patient = setUp({ mint }, 60_000);
    await patient.check();
    expect(patient.clock.sleeps).toEqual([15_000, 15_000, 15_000]);
    expect(patient.printed[0]).toMatch(/asked again in 15 s/);

    const impatient = setUp({ mint: () => Promise.reject(rejected()) });
    await expect(impatient.check()).rejects.toThrow(/attribute condition of the provider does not hold/);
    expect(impatient.clock.sleeps).toEqual([]);

    const ended = setUp({ mint: () => Promise.reject(rejected()) }, 40_000);
    await expect(ended.check()).rejects.toThrow(/attribute condition/);
    expect(ended.clock.sleeps).toEqual([15_000, 15_000]);
  });

  test('what no waiting mends ends at once', async () => {
    const text = 'The issuer in ID Token x does not match the expected ones: y';
    const { check, clock } = setUp({ mint: () => Promise.reject(refuseIdentity(text, { step: 'sts', text })) }, 60_000);
    await expect(check()).rejects.toThrow(/trusts another issuer/);
    expect(clock.sleeps).toEqual([]);
  });

  test('an outage stays the Fault it was', async () => {
    const outage = new Fault('503', { kind: 'environment' });
    await expect(setUp({ mint: () => Promise.reject(outage) }).check()).rejects.toBe(outage);
  });
});
