import { randomBytes } from 'node:crypto';
import { exchangeError, ok, registryError, serviceError } from './answers.ts';
import type { RigAnswer } from './answers.ts';
import type { IssuedToken, RigRequest, RigState } from './rig.ts';
import { hasValidSignature } from './keys.ts';
import { decodeClaims } from '../../../src/model/identity.ts';
import { exchange, parseExchange } from './sts.ts';

type Route = (state: RigState, request: RigRequest, match: RegExpExecArray) => RigAnswer | Promise<RigAnswer>;

const ROUTES: readonly (readonly [RegExp, Route])[] = [
  [
    /^GET \/\.well-known\/openid-configuration$/,
    ({ issuer }) => ok({ issuer, jwks_uri: `${issuer}/.well-known/jwks` }),
  ],
  [/^GET \/\.well-known\/jwks$/, ({ key }) => ok({ keys: [key.jwk] })],
  [/^GET \/idtoken$/, giveIdToken],
  [/^POST \/v1\/token$/, giveFederatedToken],
  [/^POST \/v1\/projects\/-\/serviceAccounts\/(.+):generateAccessToken$/, giveAccountToken],
  [/^POST \/v1\/(projects\/[^:]+):testIamPermissions$/, testPermissions],
  [/^GET \/v1\/(projects\/.+)$/, describeRepository],
  [/^GET \/v2\/token$/, giveRegistryToken],
  [/^POST \/api\/v2\/signingCert$/, certify],
  [/^POST \/api\/v1\/timestamp$/, ({ sigstore }, { body }) => sigstore.stamp(body)],
  [/^POST \/api\/v1\/log\/entries$/, ({ sigstore }, { body }) => sigstore.log(body)],
];

/** Answers as GitHub, Google or Artifact Registry would. */
export async function answerRequest(state: RigState, request: RigRequest): Promise<RigAnswer> {
  for (const [pattern, route] of ROUTES) {
    const match = pattern.exec(decodeURIComponent(request.line));
    if (match !== null) return route(state, request, match);
  }
  return registryError(404, 'NOT_FOUND', 'not found');
}

function giveIdToken(state: RigState, { headers, query }: RigRequest): RigAnswer {
  if (headers.authorization !== `bearer ${state.bearer}`) return { status: 401, body: { message: 'Bad credentials' } };
  const now = Math.floor(Date.now() / 1000);
  const times = {
    jti: randomBytes(8).toString('hex'),
    iat: now,
    nbf: now - 600,
    exp: now + state.settings.idTokenLife,
  };
  const claims = { ...state.settings.claims, iss: state.issuer, ...times, aud: query.get('audience') ?? '' };
  const value = state.key.sign(claims);
  state.secrets.add(value);
  return ok({ count: value.length, value });
}

/** Fulcio believes who GitHub says it is, and only a token that is made out to it. */
function certify(state: RigState, { body }: RigRequest): RigAnswer | Promise<RigAnswer> {
  const { credentials } = JSON.parse(body) as { credentials: { oidcIdentityToken: string } };
  const token = credentials.oidcIdentityToken;
  const claims = decodeClaims(token);
  if (claims?.['aud'] === 'sigstore' && hasValidSignature(token, [state.key.jwk])) return state.sigstore.certify(body);
  return { status: 401, body: { code: 16, message: 'There was an error processing the identity token' } };
}

async function giveFederatedToken(state: RigState, { body, headers }: RigRequest): Promise<RigAnswer> {
  if (headers.authorization !== undefined) return exchangeError('invalid_request', 'Unexpected Authorization header.');
  const request = parseExchange(body, headers['content-type'] ?? '');
  const result = await exchange(request, state.settings, state.issuer);
  if ('refusal' in result) return result.refusal;
  const now = Date.now() / 1000;
  // A federated token ends with the token it was made from.
  const expires = Math.min(now + state.settings.federatedLife, result.subjectExpires);
  const value = issue(state, 'ya29.d.', { principal: result.principal, expires });
  return ok({
    access_token: value,
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer',
    expires_in: state.settings.federatedLife,
  });
}

function giveAccountToken(state: RigState, { headers, body }: RigRequest, match: RegExpExecArray): RigAnswer {
  const caller = callerOf(state, headers.authorization);
  if (caller === undefined)
    return serviceError(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
  const account = match[1] ?? '';
  const members = state.settings.accounts[account] ?? [];
  if (!members.some((member) => caller.principal.members.includes(member))) {
    return serviceError(
      403,
      'PERMISSION_DENIED',
      "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
      'IAM_PERMISSION_DENIED',
    );
  }
  const life = Number.parseInt((JSON.parse(body) as { lifetime?: string }).lifetime ?? '3600', 10);
  if (life > 3600)
    return serviceError(400, 'INVALID_ARGUMENT', 'The access token lifetime cannot exceed 3600 seconds.');
  const expires = Date.now() / 1000 + Math.min(life, state.settings.federatedLife);
  const principal = { members: [`serviceAccount:${account}`], claims: caller.principal.claims };
  return ok({
    accessToken: issue(state, 'ya29.c.', { principal, expires }),
    expireTime: new Date(expires * 1000).toISOString(),
  });
}

function issue(state: RigState, prefix: string, token: IssuedToken): string {
  const value = prefix + randomBytes(60).toString('base64url');
  state.issued.set(value, token);
  state.secrets.add(value);
  state.secrets.add(Buffer.from(`oauth2accesstoken:${value}`).toString('base64'));
  return value;
}

function callerOf(state: RigState, authorization: string | undefined): IssuedToken | undefined {
  const token = state.issued.get(/^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? '');
  return token !== undefined && token.expires > Date.now() / 1000 ? token : undefined;
}

function testPermissions(state: RigState, { headers, body }: RigRequest, match: RegExpExecArray): RigAnswer {
  const caller = callerOf(state, headers.authorization);
  if (caller === undefined)
    return serviceError(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
  const asked = (JSON.parse(body) as { permissions: string[] }).permissions;
  const granted = asked.filter((permission) => isAllowed(state, caller, match[1] ?? '', permission));
  return ok(granted.length === 0 ? {} : { permissions: granted });
}

function describeRepository(state: RigState, { headers }: RigRequest, match: RegExpExecArray): RigAnswer {
  const caller = callerOf(state, headers.authorization);
  const permission = 'artifactregistry.repositories.get';
  if (caller === undefined || !isAllowed(state, caller, match[1] ?? '', permission)) {
    return serviceError(
      403,
      'PERMISSION_DENIED',
      `Permission '${permission}' denied on resource '${match[1] ?? ''}' (or it may not exist).`,
      'IAM_PERMISSION_DENIED',
    );
  }
  return ok({ name: match[1], format: 'DOCKER', dockerConfig: { immutableTags: false }, cleanupPolicies: { old: {} } });
}

/** Reading is part of writing; nobody may delete. */
function isAllowed({ settings }: RigState, caller: IssuedToken, resource: string, permission: string): boolean {
  if (/delete/i.test(permission)) return false;
  const reads = /\.(?:get|list|downloadArtifacts)$/.test(permission);
  return settings.bindings.some(
    (binding) =>
      binding.resource === resource &&
      (reads || binding.role === 'roles/artifactregistry.writer') &&
      binding.members.some((member) => caller.principal.members.includes(member)),
  );
}

/** The registry believes a token for a minute after its end. */
const FORGIVEN = 60;

/** `repository:PROJECT/REPOSITORY/IMAGE:pull,push` as the permission it takes. */
function readScope(scope: string) {
  const [, name, actions = ''] = /^repository:([^:]+):(.*)$/.exec(scope) ?? [];
  if (name === undefined) return undefined;
  const [project = '', repository = ''] = name.split('/');
  return {
    name,
    actions: actions.split(','),
    resource: `projects/${project}/locations/local/repositories/${repository}`,
    permission: `artifactregistry.repositories.${actions.includes('push') ? 'uploadArtifacts' : 'downloadArtifacts'}`,
  };
}

function giveRegistryToken(state: RigState, { headers, query }: RigRequest): RigAnswer {
  const [scheme, encoded = ''] = (headers.authorization ?? '').split(' ');
  if (scheme !== 'Basic')
    return registryError(
      403,
      'DENIED',
      'Unauthenticated request. Unauthenticated requests do not have permission "artifactregistry.repositories.uploadArtifacts"',
    );
  const [, password = ''] = /^oauth2accesstoken:(.+)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  const caller = callerOf(state, `Bearer ${password}`);
  if (caller === undefined) return registryError(401, 'UNAUTHORIZED', 'authentication failed');
  const asked = query
    .getAll('scope')
    .flatMap((scope) => scope.split(' '))
    .flatMap((scope) => readScope(scope) ?? []);
  const denied = asked.find(({ resource, permission }) => !isAllowed(state, caller, resource, permission));
  if (denied !== undefined) {
    const { permission, resource } = denied;
    return registryError(
      403,
      'DENIED',
      `Permission "${permission}" denied on resource "${resource}" (or it may not exist)`,
    );
  }
  const now = Math.floor(Date.now() / 1000);
  const access = asked.map(({ name, actions }) => ({ type: 'repository', name, actions }));
  const token = state.signRegistryToken({
    iss: 'rig',
    sub: 'oauth2accesstoken',
    aud: query.get('service') ?? '',
    iat: now,
    nbf: now - 600,
    exp: now + state.settings.registryTokenLife - FORGIVEN,
    jti: randomBytes(8).toString('hex'),
    access,
  });
  state.secrets.add(token);
  return ok({ token });
}
