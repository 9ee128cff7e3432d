import { expect, test } from '@jest/globals';
import { complaintsOf, parse } from './support/parsing.ts';

const IMAGES = 'images: { api: { dockerfile: D } }\n';
const PROVIDER = 'projects/123456789/locations/global/workloadIdentityPools/github/providers/haystack';

test('google and staging, complete', () => {
  const config = parse(
    `${IMAGES}staging: us-east1-docker.pkg.dev/p/staging\ngoogle:\n  workload-identity-provider: ${PROVIDER}\n` +
      '  service-account: images@my-project.iam.gserviceaccount.com\n  audience: mine\n  wait-for-iam: 5m\n  provider-file: ci/provider.json\n',
  );
  expect(config.staging).toBe('us-east1-docker.pkg.dev/p/staging');
  expect(config.google).toEqual({
    identity: { provider: PROVIDER, serviceAccount: 'images@my-project.iam.gserviceaccount.com', audience: 'mine' },
    waitForIam: 300_000,
    providerFile: 'ci/provider.json',
  });
});

test('the provider alone is enough, and without google nothing is assumed', () => {
  expect(parse(`${IMAGES}google: { workload-identity-provider: ${PROVIDER} }`).google).toEqual({
    identity: { provider: PROVIDER },
  });
  expect(parse(IMAGES).google).toBeUndefined();
});

test.each([
  ['projects/my-project/locations/global/workloadIdentityPools/github/providers/haystack', /project id my-project/],
  ['projects/123456789/locations/global/workloadIdentityPools/github', /is a pool/],
  ['""', /is empty/],
  ['"${ secrets.WIF }"', /was not expanded/],
  ['"${{ secrets.WIF }}"', /workflow expression.*it is no secret/],
])('the provider %s is refused at its place', (text, message) => {
  const complaints = complaintsOf(`${IMAGES}google:\n  workload-identity-provider: ${text}`);
  expect(complaints).toEqual([expect.stringMatching(/^slipway\.yml:3:31 google\.workload-identity-provider: /)]);
  expect(complaints[0]).toMatch(message);
});

test.each([
  ['google: {}', /google\.workload-identity-provider: missing/],
  [`google: { workload-identity-provider: ${PROVIDER}, service-acount: a }`, /did you mean `service-account`/],
  [
    `google: { workload-identity-provider: ${PROVIDER}, service-account: images }`,
    /is not the address of a service account/,
  ],
  ['staging: https://x', /staging: expected a registry and path/],
])('%s', (yaml, message) => {
  expect(complaintsOf(IMAGES + yaml).join('\n')).toMatch(message);
});
