import { loadConfig } from '../config/load.ts';
import { ruleTable } from '../check/rules/index.ts';
import type { ProviderDescription } from '../google/provider-file.ts';
import type { Config } from '../model/config.ts';
import type { DoctorCheck } from '../model/doctor.ts';
import type { Effects } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import { decodeClaims } from '../model/identity.ts';
import type { Claims } from '../model/identity.ts';
import { detectEvent } from '../plan/event.ts';
import { decidePublishing } from '../plan/publish-decision.ts';
import {
  explainFault,
  mayMint,
  NEEDED_PERMISSIONS,
  prepareIdentity,
  type PublishIdentity,
  readProvider,
  testPermissions,
} from './identity.ts';
import { applyOverrides, chooseTarget, type Request } from './request.ts';

/** What `slipway doctor` was asked. */
export interface DoctorRequest {
  readonly request: Request;
  /** A provider as gcloud describes it, absolute. */
  readonly provider?: string;
  /** Claims, or a token of them, to hold against the provider instead of this job's. */
  readonly claims?: string;
}
interface Ward {
  readonly effects: Effects;
  readonly config: Config;
  readonly identity: PublishIdentity;
  readonly provider?: ProviderDescription;
  readonly image: string;
}

/** Goes the whole way from GitHub's token to the registry and says what each step answers; nothing is pushed. Throws a Fault for a config that cannot be read. */
export async function runDoctor(effects: Effects, asked: DoctorRequest): Promise<readonly DoctorCheck[]> {
  const { request } = asked;
  const config = applyOverrides(
    await loadConfig(effects.files, request.config, request.directory, ruleTable()),
    request,
  );
  const { google } = config;
  if (google === undefined) {
    const answer = 'there is no google: in the config, so docker’s own logins are used';
    return [
      {
        name: 'config',
        state: 'skipped',
        answer,
        lines: ['google: { workload-identity-provider: projects/NUMBER/… }'],
      },
    ];
  }
  const names: DoctorCheck = {
    name: 'names',
    state: 'ok',
    answer: 'provider and account are well named',
    lines: [google.identity.provider, ...[google.identity.serviceAccount ?? []].flat()],
  };
  const provider = await readProvider(effects, config, asked.provider);
  const described = provider === undefined ? {} : { provider };
  if (asked.claims !== undefined) {
    return [names, ...(await checkProvider(described.provider, await readClaims(effects, asked.claims)))];
  }
  const event = await checkEvent(effects, config);
  if (event.state === 'skipped') return [names, event];
  const target = chooseTarget(config, request);
  const identity = prepareIdentity(effects, config, target);
  if (identity === undefined) return [names, event, explainAbsence(effects)];
  return [
    names,
    event,
    ...(await examine({ effects, config, identity, image: config.images[0]?.name ?? 'image', ...described })),
  ];
}

async function checkEvent(effects: Effects, config: Config): Promise<DoctorCheck> {
  const event = await detectEvent(effects, config.directory);
  const { publish, reason } = decidePublishing(event);
  if (event.fork) return { name: 'event', state: 'skipped', answer: `publish: skipped (${reason})`, lines: [] };
  return { name: 'event', state: 'ok', answer: `publish: ${publish ? 'yes' : 'skipped'} (${reason})`, lines: [] };
}

function explainAbsence(effects: Effects): DoctorCheck {
  const answer = mayMint(effects)
    ? 'the registry is not one of Google’s: no token would mean anything to it'
    : 'this is no job of GitHub Actions, so there is no token to look at; docker’s own login is used here';
  return {
    name: 'token',
    state: 'skipped',
    answer,
    lines: ['slipway doctor --claims claims.json --provider provider.json   # holds claims against the condition here'],
  };
}

async function examine(ward: Ward): Promise<DoctorCheck[]> {
  const minted = await checkMint(ward);
  const { claims } = ward.identity;
  const condition = claims === undefined ? [] : await checkProvider(ward.provider, claims);
  if (minted.state === 'failed') return [minted, ...condition];
  return [minted, ...condition, await checkRights(ward), await checkRepository(ward), await checkRegistry(ward)];
}

async function checkMint(ward: Ward): Promise<DoctorCheck> {
  const { effects, identity } = ward;
  return attempt(ward, 'token', async () => {
    const { claims, steps } = await effects.identity.mint(identity.google.identity);
    identity.claims = claims;
    const { claimLines } = await import(/* webpackMode: "eager" */ '../google/claims.ts');
    const ways = steps.map(
      ({ step, elapsed, expires, fingerprint }) =>
        `${step}: ${fingerprint} in ${String(elapsed)} ms, good until ${new Date(expires * 1000).toISOString()}`,
    );
    return { answer: 'GitHub and Google gave one; it is thrown away', lines: [...ways, ...claimLines(claims)] };
  });
}

/** Condition and mapping of the provider on the claims. */
async function checkProvider(provider: ProviderDescription | undefined, claims: Claims): Promise<DoctorCheck[]> {
  if (provider === undefined) {
    return [
      {
        name: 'condition',
        state: 'skipped',
        answer: 'the provider is not described here',
        lines: [
          'gcloud iam workload-identity-pools providers describe … --format=json > provider.json; slipway doctor --provider provider.json',
        ],
      },
    ];
  }
  const { examineProvider } = await import(/* webpackMode: "eager" */ '../google/examine.ts');
  return examineProvider(provider, claims);
}

function checkRights(ward: Ward): Promise<DoctorCheck> {
  const { effects, identity } = ward;
  const { google, resource } = identity;
  return attempt(ward, 'permissions', async () => {
    if (resource === undefined)
      return { answer: 'the address names no repository of Artifact Registry', lines: [], state: 'skipped' };
    const granted = await testPermissions(effects, google, resource);
    if (typeof granted === 'string') return { answer: `could not be asked: ${granted}`, lines: [], state: 'skipped' };
    const lines = NEEDED_PERMISSIONS.map(
      (permission) => `${granted.includes(permission) ? 'ok  ' : 'FAIL'} ${permission}`,
    );
    const complete = granted.length === NEEDED_PERMISSIONS.length;
    return {
      answer: complete ? `it may write ${resource}` : `it may not write ${resource}, or there is none`,
      lines,
      state: complete ? 'ok' : 'failed',
    };
  });
}

function checkRepository(ward: Ward): Promise<DoctorCheck> {
  const { effects, identity } = ward;
  const { google, resource } = identity;
  return attempt(ward, 'repository', async () => {
    const seen =
      resource === undefined ? undefined : await effects.identity.describeRepository(google.identity, resource);
    if (seen === undefined)
      return { answer: 'it may not be read, which a push does not need', lines: [], state: 'skipped' };
    const lines = [
      ...(seen.immutableTags
        ? ['tags are immutable: latest, 1 and 1.2 cannot move in this repository']
        : ['tags may move']),
      seen.cleanup.length === 0
        ? 'no clean-up policy: nothing is ever deleted'
        : `clean-up policies: ${seen.cleanup.join(', ')}`,
    ];
    return { answer: `its format is ${seen.format}`, lines, state: seen.format === 'DOCKER' ? 'ok' : 'failed' };
  });
}

/** Proves the way a push goes: token server, scope, one question. */
function checkRegistry(ward: Ward): Promise<DoctorCheck> {
  const { effects, identity, image } = ward;
  return attempt(ward, 'registry', async () => {
    const sink = await effects.stores.openSink({ type: 'registry', location: identity.registry }, image);
    const found = await sink.head('latest');
    return {
      answer: `${identity.registry}/${image} may be pushed to`,
      lines: [found === undefined ? 'latest: not there yet' : `latest: ${found.digest}`],
    };
  });
}

interface Outcome {
  readonly answer: string;
  readonly lines: readonly string[];
  readonly state?: DoctorCheck['state'];
}

async function attempt(ward: Ward, name: string, work: () => Promise<Outcome>): Promise<DoctorCheck> {
  try {
    return { name, state: 'ok', ...(await work()) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const fault = await explainFault(ward.effects, ward.config, ward.identity, error);
    if (!(fault instanceof Fault)) throw error;
    const lines = [
      ...fault.complaints.map(({ message }) => message),
      ...(fault.remedy === undefined ? [] : [`→ ${fault.remedy}`]),
    ];
    return { name, state: 'failed', answer: fault.message, lines, environment: fault.kind === 'environment' };
  }
}

async function readClaims({ files }: Effects, file: string): Promise<Claims> {
  const text = (await files.readText(file)).trim();
  const claims = decodeClaims(text) ?? decodeClaims(`.${Buffer.from(text).toString('base64url')}.`);
  if (claims !== undefined) return claims;
  throw new Fault('this file holds no claims', {
    where: file,
    remedy: 'It has to be a JSON object of claims, as actions-oidc-debugger prints it.',
  });
}
