import { Environment } from '@marcbachmann/cel-js';
import type { JsonWebKey } from 'node:crypto';
import { decodeClaims } from '../../../src/model/identity.ts';
import type { Claims } from '../../../src/model/identity.ts';
import { exchangeError } from './answers.ts';
import type { RigAnswer } from './answers.ts';
import { hasValidSignature } from './keys.ts';
import type { RigSettings } from './settings.ts';

export interface ExchangeRequest {
  readonly audience: string;
  readonly subjectToken: string;
  readonly grantType: string;
  readonly requestedTokenType: string;
  readonly subjectTokenType: string;
  readonly scope: string;
}
/** Who a token stands for in bindings. */
export interface Principal {
  readonly members: readonly string[];
  readonly claims: Claims;
}
export type Exchange =
  { readonly principal: Principal; readonly subjectExpires: number } | { readonly refusal: RigAnswer };

const PROVIDER_AUDIENCE =
  /^\/\/iam\.googleapis\.com\/projects\/\d+\/locations\/global\/workloadIdentityPools\/[a-z0-9-]+\/providers\/[a-z0-9-]+$/;
const cel = new Environment({ unlistedVariablesAreDyn: true });

/** Reads the exchange as JSON in camel case (the official action) or as a form in snake case (Google's libraries). */
export function parseExchange(body: string, type: string): ExchangeRequest {
  const form = type.startsWith('application/json') ? undefined : new URLSearchParams(body);
  const json = form === undefined ? (JSON.parse(body) as Record<string, string>) : {};
  const read = (camel: string): string =>
    form?.get(camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)) ?? json[camel] ?? '';
  return {
    audience: read('audience'),
    subjectToken: read('subjectToken'),
    grantType: read('grantType'),
    requestedTokenType: read('requestedTokenType'),
    subjectTokenType: read('subjectTokenType'),
    scope: read('scope'),
  };
}

/** What Google does with a subject token, in Google's order and with the texts people have met. */
export async function exchange(request: ExchangeRequest, settings: RigSettings, issuer: string): Promise<Exchange> {
  const refuse = (error: string, text: string): Exchange => ({ refusal: exchangeError(error, text) });
  if (!PROVIDER_AUDIENCE.test(request.audience)) {
    return refuse(
      'invalid_request',
      'Invalid value for "audience". This value should be the full resource name of the Identity Provider. See https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token for the list of possible formats.',
    );
  }
  if (request.audience !== `//iam.googleapis.com/${settings.provider}`) {
    return refuse(
      'invalid_target',
      'The target service indicated by the "audience" parameters is invalid. This might either be because the pool or provider is disabled or deleted or because it doesn\'t exist.',
    );
  }
  if (
    !request.grantType.endsWith(':token-exchange') ||
    !request.requestedTokenType.endsWith(':access_token') ||
    !request.subjectTokenType.endsWith(':jwt')
  ) {
    return refuse('invalid_request', 'Invalid grant or token type.');
  }
  const claims = decodeClaims(request.subjectToken);
  if (claims === undefined) return refuse('invalid_grant', 'Unable to parse the ID Token.');
  return judgeToken(request.subjectToken, claims, settings, issuer);
}

async function judgeToken(token: string, claims: Claims, settings: RigSettings, issuer: string): Promise<Exchange> {
  const refuse = (error: string, text: string): Exchange => ({ refusal: exchangeError(error, text) });
  const trusted = settings.trusted ?? issuer;
  if (claims['iss'] !== trusted) {
    return refuse(
      'invalid_grant',
      `The issuer in ID Token ${String(claims['iss'])} does not match the expected ones: ${trusted}.`,
    );
  }
  const keys = await fetch(`${issuer}/.well-known/jwks`).then(
    (answer) => answer.json() as Promise<{ keys: JsonWebKey[] }>,
  );
  if (!hasValidSignature(token, keys.keys)) return refuse('invalid_grant', 'Invalid JWT signature.');
  const audiences =
    settings.audiences.length > 0 ? settings.audiences : [`https://iam.googleapis.com/${settings.provider}`];
  if (!audiences.includes(String(claims['aud'])))
    return refuse('invalid_grant', 'The audience in JWT does not match the expected values.');
  const now = Date.now() / 1000;
  if (Number(claims['exp']) <= now) return refuse('invalid_grant', 'The ID Token is expired.');
  return judgeAttributes(claims, settings);
}

function judgeAttributes(claims: Claims, settings: RigSettings): Exchange {
  const assertion = Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [name, typeof value === 'number' ? BigInt(value) : value]),
  );
  const mapped = new Map(
    Object.entries(settings.mapping).map(([target, expression]) => [
      target,
      String(cel.parse(expression)({ assertion })),
    ]),
  );
  const subject = mapped.get('google.subject') ?? '';
  if (Buffer.byteLength(subject) > 127) {
    return {
      refusal: exchangeError(
        'invalid_request',
        'The size of mapped attribute google.subject exceeds the 127 bytes limit. Either modify your attribute mapping or the incoming assertion to produce a mapped attribute that is less than 127 bytes.',
      ),
    };
  }
  const part = (prefix: string) =>
    Object.fromEntries(
      [...mapped]
        .filter(([target]) => target.startsWith(prefix))
        .map(([target, value]) => [target.slice(prefix.length), value]),
    );
  if (!holds(settings.condition, { assertion, google: part('google.'), attribute: part('attribute.') })) {
    return {
      refusal: exchangeError('unauthorized_client', 'The given credential is rejected by the attribute condition.'),
    };
  }
  const pool = `//iam.googleapis.com/${settings.provider.replace(/\/providers\/.*$/, '')}`;
  const sets = [...mapped]
    .filter(([target]) => target.startsWith('attribute.'))
    .map(([target, value]) => `principalSet:${pool}/${target}/${value}`);
  return {
    principal: { members: [`principal:${pool}/subject/${subject}`, ...sets], claims },
    subjectExpires: Number(claims['exp']),
  };
}

/** A condition that cannot be worked out does not hold. */
function holds(condition: string, context: Record<string, unknown>): boolean {
  try {
    return cel.parse(condition)(context) === true;
  } catch {
    return false;
  }
}
