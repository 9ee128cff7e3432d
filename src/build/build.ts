import { join } from 'node:path';
import type { KnownSearch } from '../image/secrets/known-forms.ts';
import type { Effects } from '../model/effects.ts';
import type { EngineInfo } from '../model/engine.ts';
import { Fault } from '../model/fault.ts';
import type { PlannedImage } from '../model/plan.ts';
import { runBake, type Solve } from './bake.ts';
import { defineBake, type Definition } from './definition.ts';
import { makeDisplay } from './display.ts';
import { searchLog } from './log-search.ts';
import { engineName, targetName } from './names.ts';
import { makeProgress, type Progress } from './progress.ts';
import { releaseNames } from './release.ts';
import { judgeImages, type BuildResult } from './results.ts';
import { readSecrets, type SecretValues } from './secrets.ts';
import { makeMask } from './text.ts';
import { explainPath } from './unavailable.ts';

export type { BuildResult } from './results.ts';
export { keepImages, releaseNames } from './release.ts';

export interface BuildReport {
  /** By image name. */
  readonly images: ReadonlyMap<string, BuildResult>;
  readonly engine: EngineInfo;
  /** Version of buildx. */
  readonly buildx: string;
  /** Milliseconds of the one solve. */
  readonly elapsed: number;
  /** Which of the engine paths was taken and why, and what it cannot do although the config asks for it. */
  readonly notes: readonly string[];
}

export interface BuildOptions {
  /** Folder that the images' paths are relative to. */
  readonly directory: string;
  /** Milliseconds an image may take that says nothing itself. */
  readonly deadline?: number;
  /** Seconds; the commit's time when the work tree is clean. */
  readonly sourceDateEpoch?: number;
  /** Shows no progress. */
  readonly quiet?: boolean;
  /** Secret values that no step may print. */
  readonly known?: KnownSearch | undefined;
}

/** What is settled before the build starts. */
interface Preparation {
  readonly directory: string;
  readonly engine: EngineInfo;
  readonly buildx: { readonly path: string; readonly version: string };
  readonly secrets: SecretValues;
  readonly filledCaches: ReadonlySet<string>;
  readonly limits: ReadonlyMap<string, number>;
}

const OLDEST_ENGINE = 28;

/**
 * Builds all images in one solve into the engine's own store.
 * An image that does not build is a result; a Fault is thrown for what is not the images' fault: engine, disk, registry, a missing secret.
 */
export async function buildImages(
  effects: Effects,
  planned: readonly PlannedImage[],
  options: BuildOptions,
): Promise<BuildReport> {
  const preparation = await prepare(effects, planned, options);
  const { engine, buildx, directory } = preparation;
  const report = { engine, buildx: buildx.version, notes: explainPath(planned, engine) };
  if (planned.length === 0) return { ...report, images: new Map(), elapsed: 0 };
  try {
    const { solve, images } = await solveAll(effects, planned, options, preparation);
    return { ...report, images, elapsed: solve.elapsed };
  } catch (error) {
    const names = planned.map(({ name }) => engineName(directory, name, effects.runId));
    // what went wrong first is what the user has to know
    await releaseNames(effects, names).catch(() => undefined);
    throw error;
  }
}

async function prepare(
  effects: Effects,
  planned: readonly PlannedImage[],
  { directory: given, deadline }: BuildOptions,
): Promise<Preparation> {
  const directory = await effects.files.realPath(given);
  const [engine, buildx, secrets, filledCaches] = await Promise.all([
    effects.engine.info(),
    effects.tools.find('buildx'),
    readSecrets(effects, planned, directory),
    findFilledCaches(effects, planned),
  ]);
  requireEngine(engine);
  const limits = planned.flatMap(({ name, config }) => {
    const limit = config.buildWithin ?? deadline;
    return limit === undefined ? [] : [[name, limit] as const];
  });
  return { directory, engine, buildx, secrets, filledCaches, limits: new Map(limits) };
}

async function solveAll(
  effects: Effects,
  planned: readonly PlannedImage[],
  { sourceDateEpoch, quiet, known }: BuildOptions,
  preparation: Preparation,
): Promise<{ readonly solve: Solve; readonly images: ReadonlyMap<string, BuildResult> }> {
  const { directory, engine, secrets, filledCaches, limits } = preparation;
  const definition = defineBake(planned, {
    directory,
    store: engine.store,
    runId: effects.runId,
    sourceDateEpoch,
    secretVariable: secrets.variable,
    filledCaches,
  });
  // one solve builds all: it may go on as long as the most patient image
  const deadline = limits.size === planned.length ? Math.max(...limits.values()) : undefined;
  const mask = makeMask(secrets.values);
  const display = quiet === true ? undefined : makeDisplay(effects, planned, mask);
  const logSearch = searchLog(known);
  const targets = planned.map(({ name }) => targetName(name));
  const progress = makeProgress(targets, { ...display, printed: logSearch.printed });
  const solve = await watchBake(effects, definition, preparation, deadline, progress).finally(() => display?.end());
  effects.signal.throwIfAborted();
  const outcome = { planned, engine, directory, deadline, limits, solve, progress, mask, logSearch };
  return { solve, images: await judgeImages(effects, outcome) };
}

async function watchBake(
  effects: Effects,
  definition: Definition,
  { buildx, engine, directory, secrets }: Preparation,
  deadline: number | undefined,
  progress: Progress,
): Promise<Solve> {
  const onProgress = (chunk: Uint8Array): void => {
    progress.push(chunk);
  };
  const options = { buildx: buildx.path, engine, directory, secrets: secrets.env, deadline, onProgress };
  const solve = await runBake(effects, definition, options);
  progress.end();
  return solve;
}

async function findFilledCaches(
  { files }: Pick<Effects, 'files'>,
  planned: readonly PlannedImage[],
): Promise<ReadonlySet<string>> {
  const local = planned.flatMap(({ cacheFrom }) => cacheFrom.filter(({ type }) => type === 'local'));
  const places = [...new Set(local.map(({ location }) => location))];
  const found = await Promise.all(places.map((place) => files.stat(join(place, 'index.json'))));
  return new Set(places.filter((_place, index) => found[index] !== undefined));
}

function requireEngine({ version, endpoint }: EngineInfo): void {
  if (Number.parseInt(version, 10) >= OLDEST_ENGINE) return;
  throw new Fault(`the Docker engine is too old: ${version}`, {
    where: endpoint,
    remedy: `Upgrade it to Docker ${String(OLDEST_ENGINE)} or newer: https://docs.docker.com/engine/install/`,
  });
}
