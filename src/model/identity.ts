import { createHash } from 'node:crypto';
import { Fault } from './fault.ts';
import type { FaultDetails } from './fault.ts';

/** Who a run claims to be towards Google: a provider that trusts GitHub's tokens, and an account to act as where one is asked for. */
export interface WorkloadIdentity {
  /** `projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER` */
  readonly provider: string;
  readonly serviceAccount?: string;
  /** Where the provider was given audiences of its own. */
  readonly audience?: string;
}

/** What a token says of the job that asked for it; every value is data from outside. */
export type Claims = Readonly<Record<string, unknown>>;

/** Which question was refused (publish.md, "Protocol"). */
export type IdentityStep = 'oidc' | 'sts' | 'service-account' | 'permissions' | 'registry';

/** A refusal as the server worded it, and what was known when it came. */
export interface IdentityRefusal {
  readonly step: IdentityStep;
  readonly status?: number;
  /** `invalid_target`, `PERMISSION_DENIED`, `DENIED`, … */
  readonly code?: string;
  readonly text: string;
  /** The claims of the token that was refused. */
  readonly claims?: Claims;
}

/** One answered question on the way to a token, without the token. */
export interface MintStep {
  readonly step: 'oidc' | 'sts' | 'service-account';
  /** Milliseconds. */
  readonly elapsed: number;
  /** Seconds since the epoch. */
  readonly expires: number;
  /** First eight hex digits of the token's SHA-256: tells two tokens apart and gives none away. */
  readonly fingerprint: string;
}
/** What can be said of a minted token. */
export interface MintReport {
  readonly claims: Claims;
  readonly steps: readonly MintStep[];
}

/** Google's side of publishing; a token never leaves it. Every refusal is a Fault that carries what was said. */
export interface Identity {
  /** Answers these registry hosts with tokens of the identity from now on. */
  use(identity: WorkloadIdentity, hosts: readonly string[]): void;
  /** Mints a token; it answers questions until it is forgotten. */
  mint(identity: WorkloadIdentity): Promise<MintReport>;
  /** Throws the last token away: the next request mints. */
  forget(identity: WorkloadIdentity): void;
  /** Those of the permissions that the identity has on `projects/P/locations/L/repositories/R`. */
  testPermissions(
    identity: WorkloadIdentity,
    resource: string,
    permissions: readonly string[],
  ): Promise<readonly string[]>;
  /** What the repository says of itself; undefined when the identity may not read it. */
  describeRepository(identity: WorkloadIdentity, resource: string): Promise<RepositoryDescription | undefined>;
}
/** What decides about tags and their life in a repository of Artifact Registry. */
export interface RepositoryDescription {
  /** DOCKER for images. */
  readonly format: string;
  readonly immutableTags: boolean;
  /** Names of the clean-up policies. */
  readonly cleanup: readonly string[];
}

const refusals = new WeakMap<Error, IdentityRefusal>();

/** A Fault that carries the refusal it speaks of. */
export function refuseIdentity(message: string, refusal: IdentityRefusal, details: FaultDetails = {}): Fault {
  return noteRefusal(new Fault(message, details), refusal);
}

/** Hangs a refusal on a Fault. */
export function noteRefusal(fault: Fault, refusal: IdentityRefusal): Fault {
  refusals.set(fault, refusal);
  return fault;
}

/** The refusal behind an error or one of its causes. */
export function identityRefusalOf(error: unknown): IdentityRefusal | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const found = refusals.get(at);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The claims of a JSON web token, its signature unchecked: whoever it is shown to checks it. Undefined for a text that is none. */
export function decodeClaims(token: string): Claims | undefined {
  const [, body, ...rest] = token.split('.');
  if (body === undefined || rest.length !== 1) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? { ...claims } : undefined;
  } catch {
    return undefined;
  }
}

/** When a token with these claims ends, seconds since the epoch; undefined where they do not say. */
export function expiryOf(claims: Claims): number | undefined {
  const { exp } = claims;
  return typeof exp === 'number' && Number.isFinite(exp) ? exp : undefined;
}

/** What is printed instead of a secret. */
export function fingerprint(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 8);
}

/** A way for docker's own tools to ask for what our identity gets. */
export interface LentCredentials {
  /** For the tool's process. */
  readonly env: Readonly<Record<string, string>>;
  /** Takes it all away again. */
  end(): Promise<void>;
}

/** What a registry that knows passwords is shown; never printed. */
export interface Login {
  readonly username: string;
  readonly password: string;
}
