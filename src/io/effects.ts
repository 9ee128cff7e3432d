import { randomBytes } from 'node:crypto';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CarriedFacts } from '../model/actions-cache.ts';
import type { Clock, Effects, EngineImages, Files, Output } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { Login } from '../model/identity.ts';
import type { Signatures } from '../model/signatures.ts';
import { hasCacheService, makeActionsCache } from './actions-cache.ts';
import { makeCarriedFacts } from './carried-facts.ts';
import { makeClock } from './clock.ts';
import { resolveContext } from './docker-context.ts';
import { makeEngineHttp, type EngineEndpoint } from './engine-http.ts';
import { makeEngineImages } from './engine-images.ts';
import { makeEngine } from './engine.ts';
import { makeFactCache } from './fact-cache.ts';
import { makeFiles } from './files.ts';
import { findGitHub, makeGitHub } from './github.ts';
import { withLogins } from './given-logins.ts';
import { type GoogleIdentity, makeGoogleIdentity } from './google-identity.ts';
import { type HiddenSecrets, makeHiddenSecrets } from './hidden-secrets.ts';
import { makeHostProcesses } from './host-processes.ts';
import { makeHttp } from './http.ts';
import { makeCredentialLender } from './lent-credentials.ts';
import { makeOutput, type TextStream } from './output.ts';
import { makeProcesses } from './processes.ts';
import { makeWire } from './registry-wire.ts';
import { findResultsService } from './results-service.ts';
import { makeRunArtifacts } from './run-artifacts.ts';
import { makeSignatures } from './sigstore.ts';
import { makeStores } from './stores.ts';
import { makeTools } from './tools.ts';

export interface EffectsOptions {
  /** The action's: what it writes to stdout may tell the runner something. */
  readonly commands?: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly signal: AbortSignal;
  /** `--quiet`: no progress and no logs. */
  readonly quiet?: boolean;
  /** False for `--no-color`. */
  readonly color?: boolean;
  /** Tells the runner of a secret, so that it hides it from every later log line. */
  readonly mask?: (secret: string) => void;
  /** For GitHub's API; empty or absent: it is not asked. */
  readonly githubToken?: string;
  /** By registry host; they come before docker's own. */
  readonly logins?: Readonly<Record<string, Login>>;
  /** Tells this config's artifacts from those of another in the same workflow run; empty or absent: they have no mark. */
  readonly artifactScope?: string;
}

/** Milliseconds without a byte after which a question to GitHub or Google is given up. */
const WIRE_IDLE = 15_000;

/** Assembles everything that touches the world; nothing is asked of the engine, and no context is resolved, before the first use. */
export function makeEffects(options: EffectsOptions): Effects {
  const { env, signal } = options;
  const clock = makeClock();
  const secrets = makeHiddenSecrets(options.mask);
  const output = makeOutput({ ...options, clean: secrets.clean });
  const processes = makeProcesses();
  const runId = randomBytes(8).toString('hex');
  const files = makeFiles({ temporary: env['RUNNER_TEMP'] ?? env['TMPDIR'] ?? tmpdir(), run: runId });
  const identities = makeIdentities(options, clock, secrets, output);
  const own = makeFactCache(cacheFolder(env), files);
  const { cache, carried } = hasCacheService(env) ? makeCarriedFacts(own) : { cache: own };
  const github = makeGitHubFace(options, {
    clock,
    secrets,
    output,
    files,
    ...(carried === undefined ? {} : { carried }),
  });
  const engine = once(() => makeEngine(findEngine(env)));
  const engineImages = makeLateEngineImages(() =>
    makeEngineImages({ http: makeEngineHttp(findEngine(env)), engine: engine(), files, run: runId }),
  );
  const common = { clock, files, processes, output, env, signal };
  return {
    ...common,
    tools: makeTools(env, processes, cache),
    http: makeHttp(),
    identity: identities.identity,
    signatures: identities.signatures,
    lendCredentials: makeCredentialLender({ files, env, ...identities }),
    host: makeHostProcesses(),
    ...github,
    runId,
    get engine() {
      return engine();
    },
    cache,
    engineImages,
    stores: makeStores({ ...common, credentials: identities.credentials, hide: secrets.hide }),
  };
}

function makeIdentities(
  { env, signal, logins = {} }: EffectsOptions,
  clock: Clock,
  secrets: HiddenSecrets,
  output: Output,
): GoogleIdentity & { readonly signatures: Signatures } {
  const report = (line: string): void => {
    output.stderr(`retry: ${line}\n`);
  };
  const context = { wire: makeWire({ idle: WIRE_IDLE, env }), clock, signal, env, secrets, report };
  return { ...withLogins(makeGoogleIdentity(context), logins, secrets), signatures: makeSignatures(context) };
}

/** Nothing is asked before the first use; without a token, and where the runner offers no artifacts, the part is absent. */
function makeGitHubFace(
  { env, signal, githubToken: token = '', artifactScope }: EffectsOptions,
  { clock, secrets, output, files, carried }: Face,
): Pick<Effects, 'github' | 'artifacts' | 'actionsCache' | 'carriedFacts'> {
  const report = (line: string): void => {
    output.stderr(`retry: ${line}\n`);
  };
  const context = { wire: makeWire({ idle: WIRE_IDLE, env }), clock, signal, report };
  const backend = findResultsService(env);
  const inRepository = token !== '' && (env['GITHUB_REPOSITORY'] ?? '') !== '';
  for (const secret of [token, backend?.token ?? '']) if (secret !== '') secrets.hide(secret);
  return {
    ...(inRepository ? { github: makeGitHub({ ...context, ...findGitHub(env), token }) } : {}),
    ...(backend === undefined ? {} : { artifacts: makeRunArtifacts(context, backend, artifactScope) }),
    ...(backend === undefined || carried === undefined
      ? {}
      : { actionsCache: makeActionsCache(context, backend, files), carriedFacts: carried }),
  };
}

interface Face {
  readonly clock: Clock;
  readonly secrets: HiddenSecrets;
  readonly output: Output;
  readonly files: Files;
  /** Absent where there is no cache to carry them in. */
  readonly carried?: CarriedFacts;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Images are opened by an engine that is looked for at the first use; closing what was never opened asks for none. */
function makeLateEngineImages(make: () => EngineImages): EngineImages {
  let made: EngineImages | undefined;
  return {
    open: async (reference) => (made ??= make()).open(reference),
    find: async (reference) => (made ??= make()).find(reference),
    take: async (source, image) => (made ??= make()).take(source, image),
    close: async () => made?.close(),
  };
}

/** The user's cache folder (XDG base directory specification). */
function cacheFolder(env: EffectsOptions['env']): string {
  const base = env['XDG_CACHE_HOME'];
  return join(base === undefined || base === '' ? join(env['HOME'] ?? homedir(), '.cache') : base, 'slipway');
}

/** Throws a Fault for an engine that is not behind a unix socket. */
function findEngine(env: EffectsOptions['env']): EngineEndpoint {
  const { endpoint, name } = resolveContext(env);
  if (endpoint.startsWith('unix://')) return { socketPath: endpoint.slice('unix://'.length) };
  throw new Fault(`the Docker engine at ${endpoint} is not on this machine, which is not supported yet`, {
    where: env['DOCKER_HOST'] === undefined ? `docker context ${name}` : 'DOCKER_HOST',
    remedy: 'Run where the engine runs, or choose a context whose endpoint is a unix socket.',
  });
}
