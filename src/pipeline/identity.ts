import { dirname, resolve } from 'node:path';
import { isGoogleHost, parseArtifactRepository } from '../google/artifact-registry.ts';
import type { ProviderDescription } from '../google/provider-file.ts';
import type { Config, GoogleConfig } from '../model/config.ts';
import type { Effects } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { FaultDetails } from '../model/fault.ts';
import { identityRefusalOf, refuseIdentity } from '../model/identity.ts';
import type { Claims, MintReport } from '../model/identity.ts';
import type { Target } from '../model/target.ts';

/** What publishing without a stored key goes by in this run. */
export interface PublishIdentity {
  readonly google: GoogleConfig;
  /** `HOST/PATH` images are pushed to. */
  readonly registry: string;
  /** `projects/P/locations/L/repositories/R`; undefined where the address is not one of Artifact Registry's. */
  readonly resource?: string;
  /** Those of the last token that was minted. */
  claims?: Claims;
}
type Surroundings = Pick<Effects, 'clock' | 'env' | 'files' | 'identity' | 'output' | 'signal'>;

/** What a run does with a repository (roles/artifactregistry.writer has all of it, and no delete). */
export const NEEDED_PERMISSIONS = [
  'artifactregistry.repositories.uploadArtifacts',
  'artifactregistry.repositories.downloadArtifacts',
  'artifactregistry.tags.create',
  'artifactregistry.tags.update',
] as const;

/** Google takes up to five minutes to know of a change; asked again this often. */
const AGAIN_AFTER = 15_000;

/** The identity of a run that publishes to Google, made known to the registry client; undefined where docker's own logins are used. */
export function prepareIdentity(effects: Effects, config: Config, target: Target): PublishIdentity | undefined {
  const { google } = config;
  if (google === undefined || target.type !== 'registry') return undefined;
  const loopback = effects.env['SLIPWAY_LOOPBACK_IDENTITY'] === 'true';
  const hostOf = (path: string): string => path.split('/')[0] ?? '';
  const hosts = [target.location, config.staging ?? target.location]
    .map(hostOf)
    .filter((host) => isGoogleHost(host, loopback));
  if (!isGoogleHost(hostOf(target.location), loopback) || !mayMint(effects)) return undefined;
  effects.identity.use(google.identity, hosts);
  const resource = parseArtifactRepository(target.location, loopback)?.resource;
  return { google, registry: target.location, ...(resource === undefined ? {} : { resource }) };
}

/** On a laptop there is no job that could ask for tokens: docker's own login is used there. */
export function mayMint({ env }: Pick<Effects, 'env'>): boolean {
  return env['GITHUB_ACTIONS'] === 'true' || (env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '') !== '';
}

/**
 * Mints a token and asks what it may do, in the first seconds: after a build of half an hour would be late. The token is thrown away.
 * Throws a Fault that explains the refusal.
 */
export async function checkIdentity(effects: Surroundings, config: Config, identity: PublishIdentity): Promise<void> {
  const start = effects.clock.monotonic();
  for (;;) {
    try {
      const report = await effects.identity.mint(identity.google.identity);
      identity.claims = report.claims;
      const rights = await askRights(effects, identity);
      // None stays in memory while user code is built and run; the push mints its own.
      effects.identity.forget(identity.google.identity);
      effects.output.stderr(`identity: ${describeMint(report)}${rights}\n`);
      return;
    } catch (error) {
      const waited = effects.clock.monotonic() - start;
      if (!(await shouldWait(error, waited, identity.google)))
        throw await explainFault(effects, config, identity, error);
      const text = identityRefusalOf(error)?.text ?? '';
      effects.output.stderr(`identity: ${text}; Google may not know of the grant yet, asked again in 15 s\n`);
      await effects.clock.sleep(AGAIN_AFTER, effects.signal);
    }
  }
}

async function shouldWait(error: unknown, waited: number, { waitForIam = 0 }: GoogleConfig): Promise<boolean> {
  const refusal = identityRefusalOf(error);
  if (refusal === undefined || waited + AGAIN_AFTER > waitForIam) return false;
  const { mayPropagate } = await import(/* webpackMode: "eager" */ '../google/explain.ts');
  return mayPropagate(refusal);
}

/** A token without its secret, for a log line. */
export function describeMint({ steps }: MintReport): string {
  const [first] = steps;
  const last = steps.at(-1);
  if (first === undefined || last === undefined) return 'no token';
  const elapsed = steps.reduce((sum, step) => sum + step.elapsed, 0);
  const ends = new Date(last.expires * 1000).toISOString();
  return `token ${last.fingerprint} minted in ${String(elapsed)} ms, good until ${ends}`;
}

/** Undecided where the service itself cannot be asked: the push will tell. */
async function askRights(effects: Surroundings, { google, resource }: PublishIdentity): Promise<string> {
  if (resource === undefined) return '';
  const granted = await testPermissions(effects, google, resource);
  if (typeof granted === 'string') return `; what it may do could not be asked: ${granted}`;
  const missing = NEEDED_PERMISSIONS.find((permission) => !granted.includes(permission));
  if (missing === undefined) return `; it may write ${resource}`;
  const text = `Permission "${missing}" denied on resource "${resource}" (or it may not exist)`;
  throw refuseIdentity(text, { step: 'permissions', status: 403, code: 'PERMISSION_DENIED', text });
}

/** Those the identity has, or why nobody could say. */
export async function testPermissions(
  effects: Pick<Effects, 'identity'>,
  google: GoogleConfig,
  resource: string,
): Promise<readonly string[] | string> {
  try {
    return await effects.identity.testPermissions(google.identity, resource, NEEDED_PERMISSIONS);
  } catch (error) {
    const refusal = identityRefusalOf(error);
    if (refusal?.step !== 'permissions') throw error;
    return refusal.status === 404 ? [] : refusal.text;
  }
}

/** The Fault with what, why and the line to type, where a refusal is behind it; every other error as it is. */
export async function explainFault(
  effects: Pick<Effects, 'files'>,
  config: Config,
  identity: PublishIdentity | undefined,
  error: unknown,
): Promise<unknown> {
  const refusal = identityRefusalOf(error);
  if (identity === undefined || refusal === undefined || !(error instanceof Fault)) return error;
  const provider = await readProvider(effects, config);
  const { explainRefusal } = await import(/* webpackMode: "eager" */ '../google/explain.ts');
  const claims = refusal.claims ?? identity.claims;
  const known = claims === undefined ? refusal : { ...refusal, claims };
  const { what, why, type } = explainRefusal({
    refusal: known,
    identity: identity.google.identity,
    registry: identity.registry,
    ...(provider === undefined ? {} : { provider }),
  });
  const said = refusal.text === what ? [] : [`said: ${refusal.text}`];
  const lines = [...why, ...said, ...(type.length > 1 ? ['to type:', ...type.map((line) => `  ${line}`)] : [])];
  const details: FaultDetails = {
    kind: error.kind,
    cause: error,
    complaints: lines.map((message) => ({ message })),
    remedy:
      type.length === 1 ? (type[0] ?? '') : 'Type the lines above; slipway doctor shows the whole way to the registry.',
    ...(error.where === undefined ? {} : { where: error.where }),
  };
  return refuseIdentity(what, known, details);
}

/** The provider as gcloud describes it, where the config or the user names such a file. */
export async function readProvider(
  { files }: Pick<Effects, 'files'>,
  config: Config,
  given?: string,
): Promise<ProviderDescription | undefined> {
  const named = config.google?.providerFile;
  const file = given ?? (named === undefined ? undefined : resolve(config.directory, named));
  if (file === undefined) return undefined;
  if ((await files.stat(file)) === undefined) {
    throw new Fault('there is no description of the provider', {
      where: file,
      remedy: `Write it into ${dirname(file)} with gcloud … providers describe … --format=json.`,
    });
  }
  const { parseProviderFile } = await import(/* webpackMode: "eager" */ '../google/provider-file.ts');
  return parseProviderFile(await files.readText(file), file);
}
