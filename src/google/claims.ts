import type { Claims } from '../model/identity.ts';

/** What decides, in the order a person looks for it. The token holds more: nothing else is shown. */
const SHOWN = [
  'iss',
  'aud',
  'sub',
  'repository',
  'repository_id',
  'repository_owner_id',
  'event_name',
  'ref',
  'ref_type',
  'environment',
  'job_workflow_ref',
  'job_workflow_sha',
  'workflow_ref',
  'run_id',
  'run_attempt',
  'runner_environment',
] as const;

/** GitHub's own issuer; Enterprise Server and unique enterprise issuers have others. */
export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/** The claims that decide, one a line, with how long the token lives. */
export function claimLines(claims: Claims): readonly string[] {
  const known = SHOWN.filter((name) => claims[name] !== undefined);
  const lines = known.map((name) => `${name}: ${textOfClaim(claims[name])}`);
  const { exp, iat } = claims;
  return typeof exp === 'number' && typeof iat === 'number' ? [...lines, `lives: ${String(exp - iat)} s`] : lines;
}

/** A claim as text. */
export function textOfClaim(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.slice(0, 300);
}

/** A claim that is a text, else an empty one. */
export function claimText(claims: Claims, name: string): string {
  const value = claims[name];
  return typeof value === 'string' ? value : '';
}

/** Why a claim is not in a token. */
export function describeAbsence(name: string, claims: Claims): string | undefined {
  if (name === 'environment') return 'the job has no environment:';
  if (name.startsWith('job_workflow_')) return 'the runner or server is older than this claim';
  if (name.startsWith('repo_property_')) return 'the repository has no such custom property';
  const near = Object.keys(claims).find((known) => known.toLowerCase() === name.toLowerCase());
  return near === undefined ? undefined : `the claim is called ${near}`;
}

/** How the `sub` of a token is built: since 2026-07-15 new, renamed and transferred repositories carry their ids in it. */
export function subjectFormat(sub: string): 'plain' | 'immutable' {
  return /^repo:[^/:@]+@\d+\/[^/:@]+@\d+:/.test(sub) ? 'immutable' : 'plain';
}
