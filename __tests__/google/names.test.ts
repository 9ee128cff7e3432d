import { describe, expect, test } from '@jest/globals';
import { describeAccountProblem, describeProviderProblem, parseProvider } from '../../src/google/names.ts';

const POOL = 'projects/123456789/locations/global/workloadIdentityPools/github';

describe('a provider', () => {
  test.each([`${POOL}/providers/haystack`, `${POOL}-2/providers/git-hub1`])('%s is well named', (text) => {
    expect(describeProviderProblem(text)).toBeUndefined();
  });

  test('its parts', () => {
    expect(parseProvider(`${POOL}/providers/haystack`)).toEqual({
      project: '123456789',
      pool: 'github',
      provider: 'haystack',
    });
    expect(parseProvider(POOL)).toBeUndefined();
  });

  test.each([
    ['', /is empty.*secret or variable/],
    ['   ', /is empty/],
    ['${ secrets.WIF_PROVIDER }', /was not expanded.*two braces/],
    ['${{ secrets.WIF_PROVIDER }}', /was not expanded/],
    ['$WIF_PROVIDER', /was not expanded/],
    [`${POOL}/providers/haystack `, /white space/],
    [`https://iam.googleapis.com/${POOL}/providers/haystack`, /from projects\/ on: projects\/123456789/],
    [`//iam.googleapis.com/${POOL}/providers/haystack`, /from projects\/ on/],
    ['images@my-project.iam.gserviceaccount.com', /is an account, not a provider/],
    ['locations/global/workforcePools/x/providers/y', /for people/],
    [POOL, /is a pool.*providers list .*--workload-identity-pool=github/],
    [`${POOL}/`, /is a pool/],
    [`${POOL}/providers`, /is a pool/],
    [
      'projects/my-project/locations/global/workloadIdentityPools/github/providers/h-y-s',
      /project id my-project.*gcloud projects describe my-project/,
    ],
    ['projects/123456789/locations/us-east1/workloadIdentityPools/github/providers/haystack', /location us-east1/],
    [`${POOL}/providers/x`, /holds x, which is no id/],
    [`${POOL}/providers/Haystack`, /holds Haystack/],
    ['github', /is not the full name/],
    [`${POOL}/providers/haystack/more`, /is not the full name/],
    ['projects/a"; rm/locations/global/workloadIdentityPools/github/providers/haystack', /white space/],
  ])('%p', (text, message) => {
    expect(describeProviderProblem(text)).toMatch(message);
  });
});

describe('a service account', () => {
  test.each([
    'images@my-project.iam.gserviceaccount.com',
    'images@my-project.example.com.iam.gserviceaccount.com',
    '123456789-compute@developer.gserviceaccount.com',
    'my-project@appspot.gserviceaccount.com',
  ])('%s is well named', (text) => {
    expect(describeAccountProblem(text)).toBeUndefined();
  });

  test.each([
    ['', /is empty/],
    ['${ vars.SA }', /was not expanded/],
    ['serviceAccount:images@my-project.iam.gserviceaccount.com', /belongs into bindings/],
    ['projects/-/serviceAccounts/images@my-project.iam.gserviceaccount.com', /address alone/],
    ['112233445566778899', /account's number/],
    ['somebody@example.com', /is not the address/],
    ['images', /is not the address/],
  ])('%p', (text, message) => {
    expect(describeAccountProblem(text)).toMatch(message);
  });
});
