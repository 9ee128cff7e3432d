import { fingerprint } from '../model/identity.ts';
import type { Claims, MintReport, MintStep, WorkloadIdentity } from '../model/identity.ts';
import type { GoogleContext } from './google-call.ts';
import { audienceOf, exchangeToken, impersonate, requestOidcToken } from './google-steps.ts';
import type { OidcToken, TimedToken } from './google-steps.ts';

export interface MintedToken extends TimedToken {
  readonly report: MintReport;
}
/** Tokens of one identity, asked before every request. */
export interface TokenSource {
  /** One that lives for another minute, minted where there is none. */
  token(): Promise<MintedToken>;
  /** A new one in any case. */
  mint(): Promise<MintedToken>;
  /** Keeps none. */
  forget(): void;
}

/** What is left of a token has to be enough for the request it is asked for. */
const MARGIN = 60_000;

/** Nothing is asked before the first token is. */
export function makeTokenSource(context: GoogleContext, identity: WorkloadIdentity): TokenSource {
  let kept: MintedToken | undefined;
  let minting: Promise<MintedToken> | undefined;
  const mint = (): Promise<MintedToken> => {
    // Several requests find the token old at once; one of them mints.
    minting ??= mintToken(context, identity)
      .then((token) => (kept = token))
      .finally(() => {
        minting = undefined;
      });
    return minting;
  };
  return {
    mint,
    forget: () => {
      kept = undefined;
    },
    token: async () => (kept !== undefined && isFresh(context, kept) ? kept : mint()),
  };
}

async function mintToken(context: GoogleContext, identity: WorkloadIdentity): Promise<MintedToken> {
  const steps: MintStep[] = [];
  const timed = async <T extends TimedToken>(step: MintStep['step'], ask: () => Promise<T>): Promise<T> => {
    const start = context.clock.monotonic();
    const token = await ask();
    const elapsed = Math.round(context.clock.monotonic() - start);
    steps.push({ step, elapsed, expires: token.expires, fingerprint: fingerprint(token.value) });
    return token;
  };
  const ids = renewing(context, () => timed('oidc', () => requestOidcToken(context, audienceOf(identity))));
  const federated = renewing(context, () => timed('sts', () => exchangeToken(context, identity, ids.get)));
  const { serviceAccount } = identity;
  const token =
    serviceAccount === undefined
      ? await federated.get()
      : await timed('service-account', () =>
          impersonate(context, serviceAccount, async () => ({
            ...(await federated.get()),
            claims: claimsOf(ids.last()),
          })),
        );
  return { ...token, report: { claims: claimsOf(ids.last()), steps } };
}

function claimsOf(token: OidcToken | undefined): Claims {
  return token?.claims ?? {};
}

/** A token that is asked for once, and again when an attempt finds it old. */
function renewing<T extends TimedToken>(context: GoogleContext, ask: () => Promise<T>) {
  let last: T | undefined;
  return {
    get: async (): Promise<T> => (last !== undefined && isFresh(context, last) ? last : (last = await ask())),
    last: () => last,
  };
}

function isFresh({ clock }: GoogleContext, token: TimedToken): boolean {
  return token.until - clock.monotonic() >= MARGIN;
}
