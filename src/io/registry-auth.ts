import { z } from 'zod';
import type { Clock } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import { refuseIdentity } from '../model/identity.ts';
import type { Credential, CredentialLookup } from './credentials.ts';
import { parseChallenges } from './registry-challenge.ts';
import type { Challenge } from './registry-challenge.ts';
import { describeRequest, statusFault } from './registry-problem.ts';
import { isTrustworthy } from './registry-reference.ts';
import { bodyOf, readBody } from './registry-wire.ts';
import type { Wire } from './registry-wire.ts';

export interface AuthorizerOptions {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly host: string;
  readonly repository: string;
  /** `pull` or `pull,push`. */
  readonly actions: string;
  /** A second repository that is only read. */
  readonly alsoPull?: string | undefined;
  readonly credentials: CredentialLookup;
  /** Told of every token before it is used. */
  readonly hide?: (secret: string) => void;
}
/** Who we are towards one repository. */
export interface Authorizer {
  /** The Authorization header for the next request; undefined while the registry asked for nothing. */
  header(signal: AbortSignal): Promise<string | undefined>;
  /** Answers a 401; `refused` is the header that was sent. Throws a Fault when there is nothing (else) to answer with. */
  answer(challengeHeader: string | undefined, refused: string | undefined, signal: AbortSignal): Promise<void>;
}

interface Grant {
  readonly header: string;
  /** Milliseconds of the monotonic clock after which it is not used any more. */
  readonly until: number;
}

/** Seconds a token lives when the registry does not say (distribution spec, token authentication). */
const DEFAULT_LIFE = 60;
const TOKEN_LIMIT = 2 ** 20;

/** Asks for a fresh token before the old one ends, and looks credentials up anew each time: a push may outlive both. */
export function makeAuthorizer(options: AuthorizerOptions): Authorizer {
  let challenge: Challenge | undefined;
  let grant: Grant | undefined;
  let asking: Promise<Grant> | undefined;

  async function renew(signal: AbortSignal): Promise<void> {
    const current = challenge;
    if (current === undefined) return;
    // Several requests meet the same 401 at once; one of them asks.
    asking ??= obtainGrant(current, options, signal).finally(() => {
      asking = undefined;
    });
    grant = await asking;
  }

  return {
    async header(signal) {
      if (grant !== undefined && options.clock.monotonic() >= grant.until) await renew(signal);
      return grant?.header;
    },
    async answer(challengeHeader, refused, signal) {
      challenge = chooseChallenge(challengeHeader, options.host);
      if (grant === undefined || grant.header === refused) await renew(signal);
    },
  };
}

function chooseChallenge(header: string | undefined, host: string): Challenge {
  const challenges = parseChallenges(header ?? '');
  const chosen =
    challenges.find(({ scheme }) => scheme === 'bearer') ?? challenges.find(({ scheme }) => scheme === 'basic');
  if (chosen !== undefined) return chosen;
  throw new Fault(`${host} asks for a login in a way that is not understood`, {
    remedy: 'Only basic and token authentication are supported.',
  });
}

async function obtainGrant(challenge: Challenge, options: AuthorizerOptions, signal: AbortSignal): Promise<Grant> {
  const credential = await options.credentials(options.host);
  if (credential?.type === 'bearer') return { header: `Bearer ${credential.token}`, until: Infinity };
  if (challenge.scheme === 'bearer') return obtainToken(challenge, credential, options, signal);
  if (credential?.type === 'basic') return { header: basicHeader(credential), until: Infinity };
  const message = `${options.host} asks for a login and there are no credentials for this host`;
  throw refuseIdentity(
    message,
    { step: 'registry', text: message },
    {
      where: `${options.host}/${options.repository}`,
      remedy: `Log in to this very host (docker login ${options.host}), or give the action registry-credentials for it.`,
    },
  );
}

function basicHeader(credential: Extract<Credential, { type: 'basic' }>): string {
  return `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString('base64')}`;
}

const tokenAnswer = z.object({
  token: z.string().optional(),
  access_token: z.string().optional(),
  expires_in: z.number().positive().optional(),
});

async function obtainToken(
  challenge: Challenge,
  credential: Credential | undefined,
  options: AuthorizerOptions,
  signal: AbortSignal,
): Promise<Grant> {
  const asked = options.clock.monotonic();
  const request = tokenRequest(challenge, credential, options);
  const what = describeRequest(request.method, request.url);
  const response = await options.wire({ ...request, signal });
  const body = await readBody(response, what, TOKEN_LIMIT, signal);
  if (response.status !== 200) throw statusFault(what, response.status, body);
  const answer = parseToken(body);
  const token = answer?.token ?? answer?.access_token;
  if (token === undefined || token === '')
    throw new Fault(`${what}: the answer holds no token`, { kind: 'environment' });
  options.hide?.(token);
  const life = (answer?.expires_in ?? DEFAULT_LIFE) * 1000;
  return { header: `Bearer ${token}`, until: asked + life - Math.min(60_000, life / 4) };
}

/** What the body says; parse errors are swallowed because they quote the body, which holds the token. */
function parseToken(body: Buffer): z.infer<typeof tokenAnswer> | undefined {
  try {
    return tokenAnswer.parse(JSON.parse(body.toString('utf8')));
  } catch {
    return undefined;
  }
}

function tokenRequest(challenge: Challenge, credential: Credential | undefined, options: AuthorizerOptions) {
  const url = realmOf(challenge, options.host);
  const scopes = [
    `repository:${options.repository}:${options.actions}`,
    ...(options.alsoPull === undefined ? [] : [`repository:${options.alsoPull}:pull`]),
  ];
  const service = challenge.parameters['service'];
  const fields = service === undefined ? {} : { service };
  if (credential?.type === 'identity') {
    const scope = scopes.join(' ');
    const form = {
      ...fields,
      scope,
      grant_type: 'refresh_token',
      client_id: 'slipway',
      refresh_token: credential.token,
    };
    const body = Buffer.from(new URLSearchParams(form).toString());
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { method: 'POST', url, headers, body: bodyOf(body) };
  }
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.delete('scope');
  for (const scope of scopes) url.searchParams.append('scope', scope);
  return { method: 'GET', url, headers: credential === undefined ? {} : { authorization: basicOf(credential) } };
}

function basicOf(credential: Credential): string {
  return credential.type === 'basic' ? basicHeader(credential) : `Bearer ${credential.token}`;
}

function realmOf(challenge: Challenge, host: string): URL {
  const realm = challenge.parameters['realm'] ?? '';
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  if (url !== undefined && isTrustworthy(url)) return url;
  throw new Fault(`${host} sends its clients to a token server that cannot be trusted with a password`, {
    remedy: 'The realm of the registry has to be an https address.',
  });
}
