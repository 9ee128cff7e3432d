import { z } from 'zod';
import { identityRefusalOf } from '../model/identity.ts';
import type { Identity, IdentityStep, RepositoryDescription, WorkloadIdentity } from '../model/identity.ts';
import type { CredentialLookup } from './credentials.ts';
import { askGoogle } from './google-call.ts';
import type { GoogleContext, GoogleRequest } from './google-call.ts';
import { findEndpoints } from './google-endpoints.ts';
import { makeTokenSource } from './google-tokens.ts';
import type { TokenSource } from './google-tokens.ts';

/** The user name under which Artifact Registry takes an access token. */
const TOKEN_USER = 'oauth2accesstoken';

const permissionsAnswer = z.object({ permissions: z.array(z.string()).optional() });
const repositoryAnswer = z.object({
  format: z.string(),
  dockerConfig: z.object({ immutableTags: z.boolean().optional() }).optional(),
  cleanupPolicies: z.record(z.string(), z.unknown()).optional(),
});

export interface GoogleIdentity {
  readonly identity: Identity;
  /** Credentials for the hosts that were handed to `use`; undefined for every other. */
  readonly credentials: CredentialLookup;
  /** Those hosts. */
  readonly hosts: () => readonly string[];
}

/** Asks nobody before the first token is needed. */
export function makeGoogleIdentity(context: GoogleContext): GoogleIdentity {
  const sources = new Map<string, TokenSource>();
  const hosts = new Map<string, TokenSource>();
  const sourceOf = (identity: WorkloadIdentity): TokenSource => {
    const key = JSON.stringify([identity.provider, identity.serviceAccount, identity.audience]);
    const source = sources.get(key) ?? makeTokenSource(context, identity);
    sources.set(key, source);
    return source;
  };
  const identity: Identity = {
    use: (who, names) => {
      for (const host of names) hosts.set(host, sourceOf(who));
    },
    mint: async (who) => (await sourceOf(who).mint()).report,
    forget: (who) => {
      sourceOf(who).forget();
    },
    testPermissions: async (who, resource, permissions) => {
      const request = {
        method: 'POST',
        path: `${resource}:testIamPermissions`,
        body: JSON.stringify({ permissions }),
      } as const;
      const answer = await askRegistryService(context, sourceOf(who), permissionsAnswer, request);
      return answer.permissions ?? [];
    },
    describeRepository: (who, resource) => describeRepository(context, sourceOf(who), resource),
  };
  return {
    identity,
    hosts: () => [...hosts.keys()],
    credentials: async (host) => {
      const source = hosts.get(host);
      return source === undefined
        ? undefined
        : { type: 'basic', username: TOKEN_USER, password: (await source.token()).value };
    },
  };
}

async function describeRepository(
  context: GoogleContext,
  source: TokenSource,
  resource: string,
): Promise<RepositoryDescription | undefined> {
  try {
    const answer = await askRegistryService(context, source, repositoryAnswer, { method: 'GET', path: resource });
    return {
      format: answer.format,
      immutableTags: answer.dockerConfig?.immutableTags ?? false,
      cleanup: Object.keys(answer.cleanupPolicies ?? {}),
    };
  } catch (error) {
    if (identityRefusalOf(error) === undefined) throw error;
    return undefined;
  }
}

interface ServiceQuestion {
  readonly method: GoogleRequest['method'];
  readonly path: string;
  readonly body?: string;
}

function askRegistryService<T>(
  context: GoogleContext,
  source: TokenSource,
  schema: z.ZodType<T>,
  { method, path, body }: ServiceQuestion,
): Promise<T> {
  const step: IdentityStep = 'permissions';
  return askGoogle(context, schema, async () => {
    const { value, report } = await source.token();
    return {
      step,
      method,
      url: new URL(`/v1/${path}`, findEndpoints(context.env).artifactregistry),
      headers: { authorization: `Bearer ${value}`, 'content-type': 'application/json', accept: 'application/json' },
      claims: report.claims,
      ...(body === undefined ? {} : { body }),
    };
  });
}
