import type { Claims } from '../../../src/model/identity.ts';
import { CLAIMS } from '../claims.ts';

/** What the rig is told to do at one kind of request before it answers it as it should. */
export interface RigFault {
  /** Held against `METHOD /path`. */
  readonly on: RegExp;
  /** How often; default once. */
  times?: number;
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds until anything is answered; alone, the right answer comes late. */
  readonly delay?: number;
  /** The connection is cut. */
  readonly reset?: boolean;
}
/** Who may what: the members of a role on a resource. */
export interface Binding {
  readonly resource: string;
  readonly role: 'roles/artifactregistry.writer' | 'roles/artifactregistry.reader';
  readonly members: readonly string[];
}
/** Everything a test may turn, also while the rig runs. */
export interface RigSettings {
  /** Claims beside those about time, issuer and audience. */
  claims: Claims;
  provider: string;
  mapping: Readonly<Record<string, string>>;
  condition: string;
  /** Audiences of the provider; empty: its own name. */
  audiences: readonly string[];
  /** The issuer the provider trusts; undefined: the rig's. */
  trusted: string | undefined;
  /** Seconds. */
  idTokenLife: number;
  federatedLife: number;
  /** Seconds until the registry really refuses a token: it forgives 60 s, so a token of six is made 54 s old. */
  registryTokenLife: number;
  /** Members that may act as an account, by its address. */
  accounts: Readonly<Record<string, readonly string[]>>;
  bindings: readonly Binding[];
  readonly faults: RigFault[];
  /** Told about every request: what was asked, what was answered, never a token. */
  log: (line: string) => void;
}

export const PROVIDER = 'projects/123456789/locations/global/workloadIdentityPools/github/providers/haystack';
export const ACCOUNT = 'images@my-project.iam.gserviceaccount.com';
export const RESOURCE = 'projects/my-project/locations/local/repositories/haystack';
const POOL = '//iam.googleapis.com/projects/123456789/locations/global/workloadIdentityPools/github';
export const MEMBER = `principalSet:${POOL}/attribute.grant/publish-456789`;

/** A pool as `publish.md` wants it: numeric ids, a grant that holds for the default branch, writer on one repository. */
export function makeSettings(): RigSettings {
  return {
    claims: { ...CLAIMS, environment: 'images' },
    provider: PROVIDER,
    mapping: {
      'google.subject': "assertion.repository_id + ':' + assertion.run_id + ':' + assertion.run_attempt",
      'attribute.repository_id': 'assertion.repository_id',
      'attribute.grant':
        "has(assertion.environment) && assertion.environment == 'images' && assertion.ref == 'refs/heads/main' ? 'publish-' + assertion.repository_id : 'none'",
    },
    condition: "assertion.repository_owner_id == '123456' && assertion.repository_id == '456789'",
    audiences: [],
    trusted: undefined,
    idTokenLife: 300,
    federatedLife: 3600,
    registryTokenLife: 300,
    accounts: { [ACCOUNT]: [MEMBER] },
    bindings: [
      { resource: RESOURCE, role: 'roles/artifactregistry.writer', members: [MEMBER, `serviceAccount:${ACCOUNT}`] },
    ],
    faults: [],
    log: () => undefined,
  };
}
