import type { Claims } from '../../src/model/identity.ts';

/** What GitHub puts into a token for a push to the default branch, out of a called workflow; every value is a text but the times. */
export const CLAIMS: Claims = {
  iss: 'https://token.actions.githubusercontent.com',
  aud: 'https://iam.googleapis.com/projects/123456789/locations/global/workloadIdentityPools/github/providers/haystack',
  sub: 'repo:octo-org/octo-repo:ref:refs/heads/main',
  repository: 'octo-org/octo-repo',
  repository_id: '456789',
  repository_owner: 'octo-org',
  repository_owner_id: '123456',
  event_name: 'push',
  ref: 'refs/heads/main',
  ref_type: 'branch',
  job_workflow_ref: 'octo-org/slipway/.github/workflows/images.yml@refs/tags/v1',
  job_workflow_sha: 'a'.repeat(40),
  workflow_ref: 'octo-org/octo-repo/.github/workflows/ci.yml@refs/heads/main',
  run_id: '9876543210',
  run_attempt: '1',
  runner_environment: 'github-hosted',
  iat: 1_700_000_000,
  nbf: 1_699_999_400,
  exp: 1_700_000_300,
};

/** The claims with some of them changed; undefined takes one out. */
export function claimsWith(changes: Readonly<Record<string, unknown>>): Claims {
  return Object.fromEntries(Object.entries({ ...CLAIMS, ...changes }).filter(([, value]) => value !== undefined));
}

/** A token with these claims and no signature worth the name. */
export function unsignedToken(claims: Claims): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.${Buffer.from('none').toString('base64url')}`;
}
