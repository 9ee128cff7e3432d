import { homedir } from 'node:os';
import { join } from 'node:path';
import { findRepository } from '../config/load.ts';
import { suggest } from '../config/nearest.ts';
import { policyHash } from '../config/policy-hash.ts';
import type { Config, ImageConfig } from '../model/config.ts';
import type { Effects } from '../model/effects.ts';
import { skipped } from '../model/facts.ts';
import { Fault, type Complaint } from '../model/fault.ts';
import { formatPlace } from '../model/place.ts';
import type { Plan, PlannedImage, PublishDecision, SourceEvent } from '../model/plan.ts';
import type { Target } from '../model/target.ts';
import { findBuildChecks } from './build-check-cache.ts';
import { type CacheRequest, chooseCache, findCacheReferences, findGhaCache } from './cache-references.ts';
import { makeContexts } from './contexts.ts';
import { readImageDockerfile } from './image-dockerfile.ts';
import { askEngine, askOnce, findFeasibility, type AskBaseSize, type EngineFacts } from './feasibility.ts';
import { askIndex, wantsIndex } from './package-index.ts';
import { decidePublishing } from './publish-decision.ts';
import { readRequirements } from './requirements.ts';
import { planStack } from './stack/stack.ts';
import { expandTags } from './tags.ts';

export interface PlanOptions {
  readonly event: SourceEvent;
  /** Names of the images to plan; empty or absent: all of them. */
  readonly only?: readonly string[];
  /** The images that a change may affect, and why; absent: all are. */
  readonly affected?: ReadonlyMap<string, string>;
  /** Where this run publishes to; absent: the config's registry. */
  readonly target?: Target;
  /** False: BuildKit's own checks are not asked; who plans asks them later. */
  readonly buildChecks?: boolean;
  /** Folder for `cache: local`; absent: under the user's cache directory. */
  readonly cacheFolder?: string;
  /** Compressed size of a base in its registry; absent: the effects' own. */
  readonly baseSize?: AskBaseSize;
}

/**
 * Which images are built from what, their tags and caches, whether they may be published, and every fact that can be
 * known before the build. Throws a Fault for an unknown name in `only`, a Dockerfile or a context that is not there.
 */
export async function makePlan(effects: Effects, config: Config, options: PlanOptions): Promise<Plan> {
  const { affected } = options;
  const images = selectImages(config, options.only ?? []).filter(({ name }) => affected?.has(name) ?? true);
  await requireFiles(effects, config, images);
  const publish = decidePublishing(options.event);
  // Started first and awaited last: they take longest.
  const checking = options.buildChecks === false ? [] : findBuildChecks(effects, images, config.directory);
  const engine = await askEngine(effects);
  const contexts = makeContexts(effects.files, config.directory);
  const ask = askOnce(options.baseSize ?? askStores(effects));
  const cache = toCacheRequest(effects, config, options, publish);
  const shared: Shared = { effects, config, options, cache, engine, contexts, ask };
  const [planned, stack] = await Promise.all([
    Promise.all(images.map((image) => planImage(shared, image))),
    planStack(effects, config, images),
  ]);
  const checked = await checking;
  return {
    event: options.event,
    publish,
    ...(stack === undefined ? {} : { stack }),
    ...noteCache(cache),
    images: planned.map((image, index) => ({ ...image, buildCheck: checked[index] ?? skipped('not asked') })),
  };
}

interface Shared {
  readonly effects: Effects;
  readonly config: Config;
  readonly options: PlanOptions;
  readonly cache: CacheRequest;
  readonly engine: EngineFacts;
  readonly contexts: ReturnType<typeof makeContexts>;
  readonly ask: AskBaseSize;
}

async function planImage(shared: Shared, image: ImageConfig): Promise<Omit<PlannedImage, 'buildCheck'>> {
  const { effects, config, options, cache, engine, contexts } = shared;
  const reading = await readImageDockerfile(effects.files, config.directory, image, engine.info?.platform);
  const parsed = reading.state === 'known' ? reading.value : undefined;
  const { tags, moving, lasting, notes } = expandTags(config.tags, options.event);
  const [looked, feasibility, requirements] = await Promise.all([
    contexts.look(image, reading),
    parsed === undefined
      ? skipped('the Dockerfile could not be read')
      : findFeasibility(parsed, image, engine, shared.ask),
    parsed === undefined
      ? skipped('the Dockerfile could not be read')
      : readRequirements(effects.files, config.directory, image, parsed),
  ]);
  return {
    name: image.name,
    config: image,
    reason: options.affected?.get(image.name) ?? 'every image is built',
    tags,
    moving,
    lasting,
    tagNotes: notes,
    ...findCacheReferences(image, parsed, cache),
    policyHash: policyHash(image, config),
    dockerfile: looked.dockerfile,
    context: looked.context,
    feasibility,
    requirements,
    packageIndex: wantsIndex(config) ? await askIndex(effects, requirements) : skipped('not asked for'),
  };
}

function toCacheRequest(
  effects: Effects,
  config: Config,
  { event, target, cacheFolder }: PlanOptions,
  { publish }: PublishDecision,
): CacheRequest {
  const gha = findGhaCache(effects.env);
  return {
    mode: config.cache,
    event,
    folder: cacheFolder ?? defaultCacheFolder(effects),
    publish,
    ...registryOf(config, target),
    ...(gha === undefined ? {} : { gha }),
  };
}

/** On a laptop nothing is chosen: nobody has to be told. */
function noteCache(request: CacheRequest): Pick<Plan, 'cacheNote'> {
  if (request.event.name === 'command-line') return {};
  const { type, why } = chooseCache(request);
  return { cacheNote: `build cache: ${type ?? 'none'} (${why})` };
}

function selectImages(config: Config, only: readonly string[]): readonly ImageConfig[] {
  const names = config.images.map((image) => image.name);
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    const complaints = unknown.map((name) => ({ message: `there is no image \`${name}\`${suggest(name, names)}` }));
    throw new Fault(complaints[0]?.message ?? 'there is no such image', {
      where: '--only',
      remedy: `Name images of ${config.file ?? 'this folder'}.`,
      complaints: complaints.length > 1 ? complaints : [],
    });
  }
  return only.length === 0 ? config.images : config.images.filter((image) => only.includes(image.name));
}

/** One Fault for all Dockerfiles and contexts that are not there, or are links to what the repository does not hold. */
async function requireFiles(effects: Effects, config: Config, images: readonly ImageConfig[]): Promise<void> {
  const root = (await findRepository(effects.files, config.directory)) ?? config.directory;
  const complaints = (await Promise.all(images.map((image) => findUnusable(effects, config, image, root)))).flat();
  const [first] = complaints;
  if (first === undefined) return;
  throw new Fault(first.message, {
    where: first.place === undefined ? config.directory : formatPlace(first.place),
    remedy: 'Paths are relative to the folder of slipway.yml and stay inside the repository.',
    complaints: complaints.length > 1 ? complaints : [],
  });
}

async function findUnusable(
  effects: Effects,
  config: Config,
  image: ImageConfig,
  root: string,
): Promise<readonly Complaint[]> {
  const [dockerfile, context] = await Promise.all([
    effects.files.stat(join(config.directory, image.dockerfile)),
    effects.files.stat(join(config.directory, image.context)),
  ]);
  const complaints: Complaint[] = [];
  const complain = (key: string, message: string): void => {
    const place = image.places[key];
    complaints.push({ message: `${image.name}: ${message}`, ...(place === undefined ? {} : { place }) });
  };
  if (dockerfile === undefined) complain('dockerfile', `there is no ${image.dockerfile}`);
  else if (dockerfile.directory) complain('dockerfile', `${image.dockerfile} is a folder, not a Dockerfile`);
  if (context?.directory !== true) complain('context', `there is no folder ${image.context} to build from`);
  if (complaints.length > 0) return complaints;
  for (const key of ['dockerfile', 'context'] as const) {
    const target = await findOutside(effects, root, join(config.directory, image[key]));
    if (target !== undefined) complain(key, `${image[key]} leads out of the repository, to ${target}`);
  }
  return complaints;
}

/** Where a path leads that is written inside of a folder and links out of it. */
async function findOutside({ files }: Effects, root: string, path: string): Promise<string | undefined> {
  const [inside, target] = await Promise.all([files.realPath(root), files.realPath(path)]);
  return target === inside || target.startsWith(`${inside.replace(/\/$/, '')}/`) ? undefined : target;
}

function registryOf(config: Config, target: Target | undefined): { readonly registry?: string } {
  // Whoever builds may write staging, where there is one, and nothing else.
  const registry = config.staging ?? (target?.type === 'registry' ? target.location : config.registry);
  return registry === undefined ? {} : { registry };
}

function askStores(effects: Effects): AskBaseSize {
  return async (reference, platform) => await effects.stores.baseSize(reference, platform);
}

function defaultCacheFolder(effects: Effects): string {
  const cache = effects.env['XDG_CACHE_HOME'];
  return join(cache === undefined || cache === '' ? join(homedir(), '.cache') : cache, 'slipway', 'build');
}
