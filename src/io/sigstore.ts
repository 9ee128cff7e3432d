import { Fault } from '../model/fault.ts';
import type { Claims } from '../model/identity.ts';
import type { Signatures } from '../model/signatures.ts';
import type { GoogleContext } from './google-call.ts';
import { isAllowedLoopback, LOOPBACK_FLAG } from './google-endpoints.ts';
import { requestOidcToken } from './google-steps.ts';
import { makeBundle, type SigstoreServices } from './sigstore-bundle.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Whom Fulcio wants to be named in the token (docs.sigstore.dev, "OIDC in Fulcio"). */
const AUDIENCE = 'sigstore';
/** One address for all services; set by tests and by `script/rig`. */
const OVERRIDE = 'SLIPWAY_SIGSTORE_URL';
const PUBLIC: SigstoreServices = { fulcio: 'https://fulcio.sigstore.dev', rekor: 'https://rekor.sigstore.dev' };

/** Asks nobody before the first statement. */
export function makeSignatures(context: GoogleContext): Signatures {
  return {
    unavailable: whyUnavailable(context.env),
    sign: async (statement) => {
      const { value, claims } = await requestOidcToken(context, AUDIENCE);
      return makeBundle(context, statement, value, findServices(context.env, claims));
    },
  };
}

function whyUnavailable(env: Environment): string | undefined {
  if ((env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '') === '') return 'nobody vouches for a run without `id-token: write`';
  if (overrideOf(env) !== undefined) return undefined;
  if (env[LOOPBACK_FLAG] === 'true') return 'this test has no Sigstore';
  return tenantOf(env) === undefined ? 'GitHub Enterprise Server has no Sigstore' : undefined;
}

/** `github.com`, or the host of an enterprise that GitHub runs; undefined for a server of one's own. */
function tenantOf(env: Environment): string | undefined {
  const server = env['GITHUB_SERVER_URL'] ?? 'https://github.com';
  const host = URL.canParse(server) ? new URL(server).hostname : '';
  return host === 'github.com' || host.endsWith('.ghe.com') ? host : undefined;
}

/** A public repository's signatures go into the public log; every other's are GitHub's own, with a time stamp and without a log (github.com/actions/attest, README). */
function findServices(env: Environment, { repository_visibility: visibility }: Claims): SigstoreServices {
  const override = overrideOf(env);
  if (override !== undefined)
    return { fulcio: override, ...(visibility === 'private' ? { tsa: override } : { rekor: override }) };
  const host = tenantOf(env);
  if (host === 'github.com' && visibility === 'public') return PUBLIC;
  const domain = host === 'github.com' ? 'githubapp.com' : (host ?? '');
  return { fulcio: `https://fulcio.${domain}`, tsa: `https://timestamp.${domain}` };
}

/** Throws a Fault for an address that may not see a token. */
function overrideOf(env: Environment): string | undefined {
  const text = env[OVERRIDE];
  if (text === undefined || text === '') return undefined;
  if (URL.canParse(text) && isAllowedLoopback(new URL(text), env)) return text;
  throw new Fault(`${OVERRIDE} leads to an address that may not see a token`, {
    where: OVERRIDE,
    remedy: 'Take the variable away; it is for tests on this machine.',
  });
}
