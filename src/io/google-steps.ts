import { z } from 'zod';
import { Fault } from '../model/fault.ts';
import { decodeClaims, expiryOf, refuseIdentity } from '../model/identity.ts';
import type { Claims, WorkloadIdentity } from '../model/identity.ts';
import { askGoogle } from './google-call.ts';
import type { GoogleContext } from './google-call.ts';
import { findEndpoints, isAllowedLoopback } from './google-endpoints.ts';

/** A secret with its end. */
export interface TimedToken {
  readonly value: string;
  /** Seconds since the epoch. */
  readonly expires: number;
  /** Milliseconds of the monotonic clock when it is over; machine and server may disagree about the time of day. */
  readonly until: number;
}
export interface OidcToken extends TimedToken {
  readonly claims: Claims;
}

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
/** Less than the hour that is the most: clocks differ. */
const ACCOUNT_LIFE = '3300s';

const oidcAnswer = z.object({ value: z.string().min(1) });
const exchangeAnswer = z.object({ access_token: z.string().min(1), expires_in: z.number().positive().optional() });
const accountAnswer = z.object({ accessToken: z.string().min(1), expireTime: z.string() });

/** Whom GitHub's token for a provider is made out to. */
export function audienceOf(identity: WorkloadIdentity): string {
  return identity.audience ?? `https://iam.googleapis.com/${identity.provider}`;
}

/** Step 1: GitHub's token for an audience. Throws a Fault with the refusal `not-offered` in a job that may not ask. */
export async function requestOidcToken(context: GoogleContext, audience: string): Promise<OidcToken> {
  const { url, bearer } = findTokenServer(context);
  url.searchParams.set('audience', audience);
  const asked = context.clock.monotonic();
  const headers = { authorization: `bearer ${bearer}`, accept: 'application/json' };
  const { value } = await askGoogle(context, oidcAnswer, () =>
    Promise.resolve({ step: 'oidc', method: 'GET', url, headers }),
  );
  context.secrets.hide(value);
  const claims = decodeClaims(value);
  const expires = claims === undefined ? undefined : expiryOf(claims);
  if (claims === undefined || expires === undefined) {
    throw new Fault('GitHub answered with something that is no identity token', {
      kind: 'environment',
      where: url.host,
    });
  }
  return { value, claims, expires, until: asked + lifeOf(claims, expires, context) };
}

/** Issuer's own reckoning where it says when it issued; else against this machine's clock. */
function lifeOf(claims: Claims, expires: number, { clock }: GoogleContext): number {
  const { iat } = claims;
  return typeof iat === 'number' ? (expires - iat) * 1000 : expires * 1000 - clock.now().getTime();
}

function findTokenServer({ env, secrets }: GoogleContext): { readonly url: URL; readonly bearer: string } {
  const address = env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '';
  const bearer = env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '';
  if (address === '' || bearer === '') {
    const message = 'GitHub gives this job no identity token';
    const remedy =
      'Give the job `permissions: { contents: read, id-token: write }`; outside of GitHub Actions there is none.';
    throw refuseIdentity(message, { step: 'oidc', code: 'not-offered', text: message }, { remedy });
  }
  secrets.hide(bearer);
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && (url.protocol === 'https:' || isAllowedLoopback(url, env))) return { url, bearer };
  throw new Fault('ACTIONS_ID_TOKEN_REQUEST_URL is no https address', { where: 'ACTIONS_ID_TOKEN_REQUEST_URL' });
}

/** Step 2: Google's federated token for it; it ends no later than what it was made from. Never sent with an Authorization header. */
export async function exchangeToken(
  context: GoogleContext,
  identity: WorkloadIdentity,
  subject: () => Promise<OidcToken>,
): Promise<TimedToken> {
  let shown: OidcToken | undefined;
  let asked = 0;
  const answer = await askGoogle(context, exchangeAnswer, async () => {
    shown = await subject();
    asked = context.clock.monotonic();
    const form = {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      audience: `//iam.googleapis.com/${identity.provider}`,
      scope: SCOPE,
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      subject_token: shown.value,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    };
    return {
      step: 'sts',
      method: 'POST',
      url: new URL('/v1/token', findEndpoints(context.env).sts),
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams(form).toString(),
      claims: shown.claims,
    };
  });
  context.secrets.hide(answer.access_token);
  const life = (answer.expires_in ?? Infinity) * 1000;
  const until = Math.min(asked + life, shown?.until ?? Infinity);
  const left = (until - context.clock.monotonic()) / 1000;
  return { value: answer.access_token, until, expires: Math.floor(context.clock.now().getTime() / 1000 + left) };
}

/** Step 3, where an account is asked for: its own token. */
export async function impersonate(
  context: GoogleContext,
  account: string,
  federated: () => Promise<TimedToken & { readonly claims: Claims }>,
): Promise<TimedToken> {
  const answer = await askGoogle(context, accountAnswer, async () => {
    const { value, claims } = await federated();
    const path = `/v1/projects/-/serviceAccounts/${encodeURIComponent(account)}:generateAccessToken`;
    return {
      step: 'service-account',
      method: 'POST',
      url: new URL(path, findEndpoints(context.env).iamcredentials),
      headers: { authorization: `Bearer ${value}`, 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ scope: [SCOPE], lifetime: ACCOUNT_LIFE }),
      claims,
    };
  });
  context.secrets.hide(answer.accessToken);
  const expires = Math.floor(Date.parse(answer.expireTime) / 1000);
  const life = Number.isNaN(expires) ? 60_000 : expires * 1000 - context.clock.now().getTime();
  return { value: answer.accessToken, expires, until: context.clock.monotonic() + life };
}
