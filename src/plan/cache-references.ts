import { join } from 'node:path';
import { z } from 'zod';
import type { CacheMode, ImageConfig } from '../model/config.ts';
import { decodeClaims } from '../model/identity.ts';
import { judgeSecretName } from '../model/secret-names.ts';
import type { CacheReference, SourceEvent } from '../model/plan.ts';
import type { Dockerfile } from './dockerfile.ts';
import { parseAssignments } from './dockerfile.ts';
import { cleanTagPart } from './tags.ts';

export interface CacheReferences {
  readonly cacheFrom: readonly CacheReference[];
  readonly cacheTo: readonly CacheReference[];
}
export interface CacheRequest {
  readonly mode: CacheMode;
  readonly event: SourceEvent;
  /** `host/path` of the registry, where there is one. */
  readonly registry?: string;
  /** Folder for local caches, absolute. */
  readonly folder: string;
  /** This run may write to the registry. */
  readonly publish: boolean;
  /** The cache of GitHub Actions, where the runner offers it. */
  readonly gha?: GhaCache;
}

/** What a job may do with the cache of GitHub Actions (`cache-mode`). */
export interface GhaCache {
  readonly reads: boolean;
  readonly writes: boolean;
}

/**
 * The cache of GitHub Actions as the runner describes it; undefined where there is none. BuildKit fails a build over a token that opens no
 * cache, so the token is looked at first: its claim `ac` names scopes and what it may do there. A mode nobody knows changes nothing.
 */
export function findGhaCache(env: Readonly<Record<string, string | undefined>>): GhaCache | undefined {
  const address = env['ACTIONS_RESULTS_URL'] ?? env['ACTIONS_CACHE_URL'] ?? '';
  const rights = rightsOf(env['ACTIONS_RUNTIME_TOKEN'] ?? '');
  if (address === '' || rights === 0) return undefined;
  const mode = env['ACTIONS_CACHE_MODE'] ?? '';
  return {
    reads: (rights & READ) !== 0 && !['none', 'write-only'].includes(mode),
    writes: (rights & WRITE) !== 0 && !['none', 'read'].includes(mode),
  };
}

const READ = 1;
const WRITE = 2;
const scopesSchema = z.array(z.object({ Permission: z.number().int() }));

/** What a token may do in any of its scopes; nothing for a text that is no token. */
function rightsOf(token: string): number {
  const { ac } = decodeClaims(token) ?? {};
  if (typeof ac !== 'string') return 0;
  try {
    return scopesSchema.parse(JSON.parse(ac)).reduce((rights, { Permission }) => rights | Permission, 0);
  } catch {
    return 0;
  }
}

/**
 * Where an image's cache is read and written: in a registry per image, platform and branch, read from the branch and then the default
 * branch; in the cache of GitHub Actions per image and platform, since GitHub keeps branches apart itself. A fork only reads.
 */
export function findCacheReferences(
  image: ImageConfig,
  dockerfile: Dockerfile | undefined,
  request: CacheRequest,
): CacheReferences {
  const { type } = chooseCache(request);
  if (type === undefined) return { cacheFrom: [], cacheTo: [] };
  const mode = dockerfile !== undefined && takesSecretArgument(dockerfile) ? 'min' : 'max';
  if (type === 'gha') return ghaReferences(image, request, mode);
  const { branch, defaultBranch, fork } = request.event;
  const locate = (name: string): CacheReference | undefined => {
    const part = cleanTagPart(name);
    return part === undefined ? undefined : { type, location: nameLocation(type, part, image, request) };
  };
  const own = branch === undefined ? undefined : locate(branch);
  const shared = defaultBranch === undefined || defaultBranch === branch ? undefined : locate(defaultBranch);
  const writes = own !== undefined && !fork && (type === 'local' || request.publish);
  return {
    cacheFrom: [own, shared].filter((reference) => reference !== undefined),
    cacheTo: writes ? [{ ...own, mode }] : [],
  };
}

function ghaReferences(image: ImageConfig, { gha, event }: CacheRequest, mode: 'min' | 'max'): CacheReferences {
  const platform = image.platforms.join('-').replaceAll('/', '-');
  // Nobody can look into it afterwards: where a stage may hold a secret, only the image's own layers go there.
  const kept = image.secrets.length > 0 ? 'min' : mode;
  const reference = { type: 'gha' as const, location: `slipway-${image.name}${platform === '' ? '' : `-${platform}`}` };
  return {
    cacheFrom: gha?.reads === true ? [reference] : [],
    cacheTo: gha?.writes === true && !event.fork ? [{ ...reference, mode: kept }] : [],
  };
}

/** Which cache a run uses, and why that one. */
export function chooseCache({ mode, registry, event, gha }: CacheRequest): {
  readonly type?: CacheReference['type'];
  readonly why: string;
} {
  switch (mode) {
    case 'none':
      return { why: 'none is wanted' };
    case 'local':
      return { type: 'local', why: 'as the config says' };
    case 'registry':
      return registry === undefined
        ? { why: 'there is no registry to keep it in' }
        : { type: 'registry', why: 'as the config says' };
    case 'gha':
      return gha === undefined
        ? { why: 'this job has no cache of GitHub Actions (only steps that are actions have one)' }
        : { type: 'gha', why: 'as the config says' };
    case 'auto':
      if (event.name === 'command-line') return { why: 'the engine’s own serves' };
      if (registry !== undefined)
        return { type: 'registry', why: 'no quota, and every branch reads the default branch’s' };
      if (gha !== undefined) return { type: 'gha', why: 'there is no registry to keep it in' };
      return { why: 'there is neither a registry nor a cache of GitHub Actions' };
  }
}

const TAG_LIMIT = 128;

function nameLocation(
  type: 'registry' | 'local',
  branch: string,
  image: ImageConfig,
  { registry = '', folder }: CacheRequest,
): string {
  const platform = image.platforms.join('-').replaceAll('/', '-');
  const suffix = platform === '' ? branch : `${branch}-${platform}`;
  if (type === 'registry') return `${registry}/${image.name}:${`buildcache-${suffix}`.slice(0, TAG_LIMIT)}`;
  return join(folder, image.name, suffix.slice(0, TAG_LIMIT));
}

/** A cache with every stage would hold the value of such an argument in clear (rules.md, secret.cache). */
export function takesSecretArgument(dockerfile: Dockerfile): boolean {
  return dockerfile.instructions
    .filter((instruction) => instruction.keyword === 'ARG')
    .flatMap((instruction) => parseAssignments(instruction.text, dockerfile.escape))
    .some(([name]) => judgeSecretName(name) !== undefined);
}
