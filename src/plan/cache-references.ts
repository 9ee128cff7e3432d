import { join } from 'node:path';
import type { CacheMode, ImageConfig } from '../model/config.ts';
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
}

/**
 * Where an image's cache is read and written: per image, platform and branch, read from the branch and then the default
 * branch. `auto` is the registry in a workflow that has one; elsewhere the engine's own cache already serves.
 */
export function findCacheReferences(
  image: ImageConfig,
  dockerfile: Dockerfile | undefined,
  request: CacheRequest,
): CacheReferences {
  const type = chooseType(request);
  if (type === undefined) return { cacheFrom: [], cacheTo: [] };
  const { branch, defaultBranch, fork } = request.event;
  const locate = (name: string): CacheReference | undefined => {
    const part = cleanTagPart(name);
    return part === undefined ? undefined : { type, location: nameLocation(type, part, image, request) };
  };
  const own = branch === undefined ? undefined : locate(branch);
  const shared = defaultBranch === undefined || defaultBranch === branch ? undefined : locate(defaultBranch);
  const writes = own !== undefined && !fork && (type === 'local' || request.publish);
  const mode = dockerfile !== undefined && takesSecretArgument(dockerfile) ? 'min' : 'max';
  return {
    cacheFrom: [own, shared].filter((reference) => reference !== undefined),
    cacheTo: writes ? [{ ...own, mode }] : [],
  };
}

function chooseType({ mode, registry, event }: CacheRequest): 'registry' | 'local' | undefined {
  switch (mode) {
    case 'none':
      return undefined;
    case 'local':
      return 'local';
    case 'registry':
      return registry === undefined ? undefined : 'registry';
    case 'auto':
      return registry === undefined || event.name === 'command-line' ? undefined : 'registry';
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
