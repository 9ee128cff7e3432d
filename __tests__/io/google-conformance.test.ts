import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { IdentityPoolClient } from 'google-auth-library';
import { identityAt } from '../support/rig/identity.ts';
import { type Rig, startRig } from '../support/rig/rig.ts';
import { ACCOUNT, PROVIDER } from '../support/rig/settings.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig({}, 'without registry');
});
afterAll(() => rig.stop());

/** Google's own library against the rig; it is handed GitHub's token, as in the official action. */
function libraryClient(account?: string): IdentityPoolClient {
  const endpoint = rig.env['GHA_ENDPOINT_OVERRIDE_sts'] ?? '';
  const audience = `https://iam.googleapis.com/${PROVIDER}`;
  const getSubjectToken = async (): Promise<string> => {
    const url = `${rig.env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? ''}&audience=${encodeURIComponent(audience)}`;
    const authorization = `bearer ${rig.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? ''}`;
    return ((await (await fetch(url, { headers: { authorization } })).json()) as { value: string }).value;
  };
  return new IdentityPoolClient({
    type: 'external_account',
    audience: `//iam.googleapis.com/${PROVIDER}`,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${endpoint}/v1/token`,
    subject_token_supplier: { getSubjectToken },
    scopes: ['https://www.googleapis.com/auth/cloud-platform'],
    ...(account === undefined
      ? {}
      : {
          service_account_impersonation_url: `${endpoint}/v1/projects/-/serviceAccounts/${account}:generateAccessToken`,
          service_account_impersonation: { token_lifetime_seconds: 3300 },
        }),
  });
}

/** What was sent, without what differs from token to token. */
async function requestsOf(work: () => Promise<unknown>, line: RegExp) {
  const seen = rig.requests.length;
  await work();
  return rig.requests.slice(seen).filter((request) => line.test(decodeURIComponent(request.line)));
}

test('the library gets a token from the rig, and we send the same exchange, field by field', async () => {
  const theirs = await requestsOf(() => libraryClient().getAccessToken(), /\/v1\/token/);
  const ours = await requestsOf(() => identityAt(rig).mint({ provider: PROVIDER }), /\/v1\/token/);
  const fields = (body: string) => ({ ...Object.fromEntries(new URLSearchParams(body)), subject_token: 'one of them' });
  expect(theirs).toHaveLength(1);
  expect(ours.map(({ body }) => fields(body))).toEqual(theirs.map(({ body }) => fields(body)));
  expect([...theirs, ...ours].map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  expect(ours[0]?.headers['content-type']?.split(';')[0]).toBe(theirs[0]?.headers['content-type']?.split(';')[0]);
});

test('as a service account: the same question with the same lifetime', async () => {
  const line = /:generateAccessToken/;
  const theirs = await requestsOf(() => libraryClient(ACCOUNT).getAccessToken(), line);
  const identity = { provider: PROVIDER, serviceAccount: ACCOUNT };
  const ours = await requestsOf(() => identityAt(rig).mint(identity), line);
  expect(theirs).toHaveLength(1);
  expect(ours.map(({ body }) => JSON.parse(body) as unknown)).toEqual(
    theirs.map(({ body }) => JSON.parse(body) as unknown),
  );
  for (const { headers } of [...theirs, ...ours]) expect(headers.authorization).toMatch(/^Bearer ya29\.d\./);
});
