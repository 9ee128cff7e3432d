import { formatDuration } from '../model/duration.ts';
import type { Effects } from '../model/effects.ts';
import type { EngineInfo } from '../model/engine.ts';
import { Fault } from '../model/fault.ts';
import type { BuildFailure, BuildStep, BuiltImage } from '../model/image.ts';
import type { PlannedImage } from '../model/plan.ts';
import type { Solve } from './bake.ts';
import { readDigests } from './digests.ts';
import {
  diskFull,
  explainEnvironment,
  explainFailure,
  explainTimeout,
  mentionsFullDisk,
  readSolveError,
} from './failure.ts';
import type { LogSearch } from './log-search.ts';
import { engineName, targetName } from './names.ts';
import type { Progress, Step } from './progress.ts';
import { restoreArguments, secretMounts } from './steps.ts';
import type { Mask } from './text.ts';
import { isBookkeeping } from './wording.ts';

export type BuildResult =
  | { readonly status: 'built'; readonly image: BuiltImage }
  | { readonly status: 'failed'; readonly failure: BuildFailure }
  | { readonly status: 'not-built'; readonly reason: string };

/** One bake and all that is known of it. */
export interface Outcome {
  readonly planned: readonly PlannedImage[];
  readonly engine: EngineInfo;
  /** Absolute. */
  readonly directory: string;
  /** Milliseconds the whole solve had. */
  readonly deadline: number | undefined;
  /** Milliseconds an image had of its own. */
  readonly limits: ReadonlyMap<string, number>;
  readonly solve: Solve;
  readonly progress: Progress;
  readonly mask: Mask;
  readonly logSearch: LogSearch;
}

/** What became of each image; throws a Fault when the environment or buildx itself is to blame. */
export async function judgeImages(effects: Effects, outcome: Outcome): Promise<ReadonlyMap<string, BuildResult>> {
  const failures = await findFailures(effects, outcome);
  const results = await Promise.all(
    outcome.planned.map(async (image): Promise<[string, BuildResult]> => {
      const failure = failures.get(image.name);
      if (failure !== undefined) return [image.name, { status: 'failed', failure }];
      return [image.name, await readResult(effects, outcome, image, [...failures.keys()])];
    }),
  );
  return new Map(results);
}

async function findFailures(effects: Effects, outcome: Outcome): Promise<ReadonlyMap<string, BuildFailure>> {
  const { solve, progress, planned, mask, deadline } = outcome;
  if (solve.process.exitCode === 0) return findLate(outcome);
  if (solve.process.timedOut && deadline !== undefined) {
    const late = planned.filter((image) => !isExported(progress, image));
    return new Map(late.map((image) => [image.name, explainTimeout(progress, image, deadline, mask)]));
  }
  const error = readSolveError(progress.messages);
  if (error === undefined) throw silent(solve, progress, mask);
  const environment = explainEnvironment(error, mask);
  if (environment !== undefined) throw environment;
  const failures = explainFailure(progress, error, planned, mask);
  if (failures.size === 0) {
    throw new Fault(`the build could not start: ${mask(error.message)}`, {
      remedy: 'If the message names no file of yours, report it together with the version of buildx.',
    });
  }
  await requireDisk(effects, outcome, [...failures.values()]);
  return failures;
}

/** Images of a build that went well but took longer than they may by themselves. */
function findLate({ planned, limits, progress }: Outcome): ReadonlyMap<string, BuildFailure> {
  const started = Math.min(...[...progress.steps.values()].map((step) => step.started ?? Infinity));
  return new Map(
    planned.flatMap((image) => {
      const limit = limits.get(image.name);
      const ended = Math.max(...stepsOf(progress, image).map((step) => step.completed ?? 0));
      if (limit === undefined || ended - started <= limit) return [];
      const message = `built in ${formatDuration(ended - started)}, allowed ${formatDuration(limit)}`;
      return [[image.name, { message, file: image.config.dockerfile, log: [] }] as const];
    }),
  );
}

/** Bytes below which the engine's disk counts as full. */
const FULL = 64_000_000;

/** A command that found the disk full is the environment's failure, if the engine's disk really is full. */
async function requireDisk(effects: Effects, { engine }: Outcome, failures: readonly BuildFailure[]): Promise<void> {
  if (!failures.some(mentionsFullDisk)) return;
  const free = await effects.files.freeBytes(engine.rootDirectory).catch(() => undefined);
  if (free !== undefined && free < FULL) throw diskFull(engine.rootDirectory);
}

async function readResult(
  effects: Effects,
  outcome: Outcome,
  image: PlannedImage,
  failed: readonly string[],
): Promise<BuildResult> {
  const { engine, solve, progress, directory, mask, logSearch } = outcome;
  const local = engineName(directory, image.name, effects.runId);
  const held = await readDigests(effects, local, engine, solve.announced[targetName(image.name)]);
  if (held === undefined) {
    if (failed.length > 0) return { status: 'not-built', reason: `stopped because ${failed.join(', ')} did not build` };
    throw new Fault(`the engine does not hold ${image.name} although it was built`, {
      kind: 'environment',
      where: local,
      remedy: 'Something removed it meanwhile: run again.',
    });
  }
  const steps = stepsOf(progress, image).filter((step) => !isBookkeeping(step));
  return {
    status: 'built',
    image: {
      name: image.name,
      ...held,
      local,
      location: engine.store === 'containerd' ? 'containerd-store' : 'loopback-registry',
      buildElapsed: solve.elapsed,
      steps: steps.map((step) => toBuildStep(step, image, mask)),
      cachedSecretSteps: [...new Set(steps.filter(({ cached }) => cached).flatMap(({ text }) => secretMounts(text)))],
      loggedSecrets: steps.flatMap((step) =>
        logSearch.foundIn(step).map((name) => ({ name, step: toBuildStep(step, image, mask).name })),
      ),
    },
  };
}

function stepsOf({ steps }: Progress, { name }: PlannedImage): readonly Step[] {
  return [...steps.values()].filter(({ targets }) => targets.has(targetName(name)));
}

function isExported(progress: Progress, image: PlannedImage): boolean {
  const exports = stepsOf(progress, image).filter(({ text }) => text.startsWith('exporting to'));
  return exports.some(({ completed, error }) => completed !== undefined && error === undefined);
}

function toBuildStep(step: Step, { config }: PlannedImage, mask: Mask): BuildStep {
  const text = restoreArguments(step.text, config.args);
  const { started, completed, error } = step;
  return {
    name: mask(step.position === '' ? text : `[${step.position}] ${text}`),
    ...(started === undefined ? {} : { startedAt: started }),
    ...(started === undefined || completed === undefined ? {} : { elapsed: Math.max(0, completed - started) }),
    cached: step.cached,
    ...(error === undefined ? {} : { error: mask(error) }),
  };
}

function silent({ process }: Solve, progress: Progress, mask: Mask): Fault {
  const said = [...progress.messages.slice(-5), process.stdout.slice(-500)].join(' ').trim();
  return new Fault(`buildx ended with exit code ${String(process.exitCode)} and no error message`, {
    kind: 'environment',
    ...(said === '' ? {} : { where: mask(said) }),
    remedy: 'Run again; if it stays so, run docker buildx by hand to see what is wrong with it.',
  });
}
