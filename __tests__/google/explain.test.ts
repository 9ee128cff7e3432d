import { describe, expect, test } from '@jest/globals';
import { explainRefusal, mayPropagate } from '../../src/google/explain.ts';
import type { ExplainContext } from '../../src/google/explanation.ts';
import { parseProviderFile } from '../../src/google/provider-file.ts';
import type { IdentityRefusal } from '../../src/model/identity.ts';
import { CLAIMS, claimsWith } from '../support/claims.ts';

const PROVIDER = 'projects/123456789/locations/global/workloadIdentityPools/github/providers/haystack';
const POOL = '//iam.googleapis.com/projects/123456789/locations/global/workloadIdentityPools/github';
const ACCOUNT = 'images@my-project.iam.gserviceaccount.com';
const REGISTRY = 'us-east1-docker.pkg.dev/my-project/haystack';

function explain(refusal: IdentityRefusal, more: Partial<ExplainContext> = {}) {
  return explainRefusal({ refusal, identity: { provider: PROVIDER }, registry: REGISTRY, ...more });
}
const described = (
  condition: string,
  mapping: Readonly<Record<string, string>> = { 'google.subject': 'assertion.sub' },
) => parseProviderFile(JSON.stringify({ attributeCondition: condition, attributeMapping: mapping }), 'provider.json');

describe('every row of the failure table', () => {
  test.each<[string, IdentityRefusal, RegExp, RegExp]>([
    [
      'no-id-token',
      { step: 'oidc', code: 'not-offered', text: '' },
      /id-token: write is missing.*calling job/s,
      /^permissions:\n {2}contents: read\n {2}id-token: write$/,
    ],
    ['request-token-expired', { step: 'oidc', status: 401, text: 'expired' }, /six hours/, /needs/],
    [
      'condition',
      {
        step: 'sts',
        code: 'unauthorized_client',
        text: 'unauthorized_client: The given credential is rejected by the attribute condition.',
        claims: CLAIMS,
      },
      /repository: octo-org\/octo-repo.*lives: 300 s/s,
      /describe haystack --project=123456789 .*> provider\.json\nslipway doctor --provider provider\.json/s,
    ],
    [
      'no-provider',
      {
        step: 'sts',
        code: 'invalid_target',
        text: 'invalid_target: The target service indicated by the "audience" parameters is invalid.',
      },
      /30 days.*five minutes/s,
      /providers describe haystack/,
    ],
    [
      'audience-name',
      {
        step: 'sts',
        text: 'invalid_request: Invalid value for "audience". This value should be the full resource name of the Identity Provider.',
      },
      /received: projects.*expected: projects/s,
      /providers list/,
    ],
    [
      'audience-value',
      { step: 'sts', text: 'invalid_grant: The audience in JWT does not match the expected values.', claims: CLAIMS },
      /token is for: https:\/\/iam/,
      /audience: .*allowed-audiences/s,
    ],
    [
      'audience-value',
      {
        step: 'sts',
        text: 'invalid_grant: The audience in ID Token [x] does not match the expected audience.',
        claims: CLAIMS,
      },
      /token is for/,
      /audience/,
    ],
    [
      'issuer',
      {
        step: 'sts',
        text: 'invalid_grant: The issuer in ID Token https://github.example/_services/token does not match the expected ones: x',
        claims: claimsWith({ iss: 'https://github.example/_services/token' }),
      },
      /Enterprise/,
      /--issuer-uri=https:\/\/github\.example\/_services\/token/,
    ],
    [
      'subject-length',
      {
        step: 'sts',
        text: 'invalid_request: The size of mapped attribute google.subject exceeds the 127 bytes limit. Either modify your attribute mapping',
        claims: claimsWith({ sub: `repo:${'x'.repeat(150)}` }),
      },
      /155 bytes/,
      /google\.subject=assertion\.repository_id/,
    ],
    ['token-expired', { step: 'sts', text: 'invalid_grant: The ID Token is expired.' }, /clock/, /timedatectl/],
    [
      'service-account',
      {
        step: 'service-account',
        status: 403,
        text: "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
        claims: CLAIMS,
      },
      /principalSet:\/\/iam\.googleapis\.com.*attribute\.repository_id\/456789/s,
      /add-iam-policy-binding .* --member=principalSet:.*workloadIdentityUser/,
    ],
    [
      'lifetime',
      { step: 'service-account', text: 'The access token lifetime cannot exceed 3600 seconds.' },
      /an hour/,
      /timedatectl/,
    ],
    [
      'token-type',
      { step: 'registry', status: 401, code: 'ACCESS_TOKEN_TYPE_UNSUPPORTED', text: '' },
      /federation/,
      /service-account:/,
    ],
    [
      'registry-permission',
      {
        step: 'registry',
        status: 403,
        code: 'DENIED',
        text: 'denied: Permission "artifactregistry.repositories.uploadArtifacts" denied on resource "projects/my-project/locations/us-east1/repositories/haystack" (or it may not exist)',
        claims: CLAIMS,
      },
      /role is missing: roles\/artifactregistry\.writer.*another region/s,
      /repositories describe haystack .*\ngcloud artifacts repositories add-iam-policy-binding haystack --project=my-project --location=us-east1 --member=principalSet:.*456789 --role=roles\/artifactregistry\.writer/s,
    ],
    [
      'registry-permission',
      {
        step: 'registry',
        text: 'denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "x"',
      },
      /artifactregistry\.reader/,
      /reader/,
    ],
    [
      'unauthenticated',
      {
        step: 'registry',
        status: 403,
        text: 'denied: Unauthenticated request. Unauthenticated requests do not have permission',
      },
      /gcr\.io is not/,
      /registry: us-east1/,
    ],
    [
      'registry-token',
      { step: 'registry', status: 401, text: 'failed to fetch oauth token: 401 Unauthorized' },
      /age is not the reason/,
      /slipway doctor/,
    ],
  ])('%s', (row, refusal, why, type) => {
    const explanation = explain(refusal, {
      identity: { provider: PROVIDER, ...(row === 'service-account' ? { serviceAccount: ACCOUNT } : {}) },
    });
    expect(explanation.row).toBe(row);
    expect(explanation.what).not.toBe('');
    expect(explanation.why.join('\n')).toMatch(why);
    expect(explanation.type.join('\n')).toMatch(type);
  });

  test('a wording nobody knows is shown as it came', () => {
    expect(explain({ step: 'sts', text: 'invalid_scope: what' })).toMatchObject({
      row: 'unknown',
      what: 'invalid_scope: what',
    });
  });
});

const REJECTED: IdentityRefusal = {
  step: 'sts',
  text: 'The given credential is rejected by the attribute condition.',
  claims: CLAIMS,
};

test('with the provider described, the condition is taken apart', () => {
  const { why } = explain(REJECTED, {
    provider: described("assertion.repository_id == '456789' && assertion.environment == 'release'"),
  });
  expect(why[0]).toBe("ok   assertion.repository_id == '456789'");
  expect(why[1]).toMatch(/^FAIL assertion\.environment == 'release': .*missing/);
});

test('a condition that holds here says that the description is old, one that cannot be read says so', () => {
  expect(explain(REJECTED, { provider: described('true') }).why.join()).toMatch(/was changed after it was described/);
  expect(explain(REJECTED, { provider: described('assertion.ref ==') }).why.join()).toMatch(/cannot be read/);
});

test('the member that is bound is the best name the mapping gives, the account where there is one', () => {
  const refusal: IdentityRefusal = {
    step: 'registry',
    text: 'Permission "artifactregistry.repositories.uploadArtifacts" denied',
    claims: CLAIMS,
  };
  const mapping = {
    'google.subject': 'assertion.sub',
    'attribute.repository': 'assertion.repository',
    'attribute.grant': "'publish-' + assertion.repository_id",
  };
  expect(explain(refusal, { provider: described('true', mapping) }).type.join()).toContain(
    `--member=principalSet:${POOL}/attribute.grant/publish-456789`,
  );
  expect(explain(refusal, { identity: { provider: PROVIDER, serviceAccount: ACCOUNT } }).type.join()).toContain(
    `--member=serviceAccount:${ACCOUNT}`,
  );
});

test('what a token says cannot leave its quotes in a line to type', () => {
  const mapping = { 'google.subject': 'assertion.sub', 'attribute.ref': 'assertion.ref' };
  const claims = claimsWith({ ref: "refs/heads/$(id)';`id`" });
  const { type } = explain(
    { step: 'registry', text: 'Permission "artifactregistry.repositories.uploadArtifacts" denied', claims },
    { provider: described('true', mapping) },
  );
  expect(type.join('\n')).toContain(`'--member=principalSet:${POOL}/attribute.ref/refs/heads/$(id)'\\'';\`id\`'`);
});

test.each([
  ['rejected by the attribute condition', true],
  ['invalid_target: x', true],
  ['The issuer in ID Token x does not match y', false],
])('waiting may help: %s %p', (text, expected) => {
  expect(mayPropagate({ step: 'sts', text })).toBe(expected);
});

test.each(['', '[]', '{"attributeCondition": 3}'])('%p is no description of a provider', (text) => {
  expect(() => parseProviderFile(text, 'provider.json')).toThrow(/not the description/);
});
