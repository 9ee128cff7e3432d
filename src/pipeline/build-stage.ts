import { type BuildResult, buildImages, keepImages, releaseNames } from '../build/build.ts';
import type { KnownSearch } from '../image/secrets/known-forms.ts';
import type { EngineInfo } from '../model/engine.ts';
import type { Plan } from '../model/plan.ts';
import { blockedReasons, type ImageState } from './image-state.ts';
import type { Run, RunNotes } from './run.ts';

/** Images as built, and what becomes of their names in the engine afterwards. */
export interface BuiltStage {
  readonly images: readonly ImageState[];
  readonly notes: RunNotes;
  /** Takes this run's names away; what is worth keeping stays under names that the next build replaces. */
  settle(): Promise<void>;
}

/** Builds every image that the plan did not already block, all in one solve. */
export async function buildStage(
  run: Run,
  plan: Plan,
  planned: readonly ImageState[],
  known?: KnownSearch,
): Promise<BuiltStage> {
  const wanted = planned.filter((state) => blockedReasons(state).length === 0).map((state) => state.planned);
  const { commitTime, dirty } = plan.event;
  const report = await buildImages(run.effects, wanted, {
    directory: run.config.directory,
    known,
    ...(run.config.buildWithin === undefined ? {} : { deadline: run.config.buildWithin }),
    ...(dirty || commitTime === undefined ? {} : { sourceDateEpoch: commitTime }),
  });
  const images = planned.map((state) => withResult(state, report.images.get(state.planned.name)));
  const [path, ...lacking] = report.notes;
  const built = images.flatMap((state) => state.built ?? []);
  // The engine does this while the images are read and run; how it went is asked in the end.
  const kept = isKeptHere(run, report.engine) ? keepImages(run.effects, built) : Promise.resolve();
  kept.catch(() => undefined);
  return {
    images,
    notes: { engine: report.engine, buildx: report.buildx, ...(path === undefined ? {} : { path }), lacking },
    settle: async () => {
      await Promise.allSettled([kept]);
      await releaseNames(
        run.effects,
        built.map(({ local }) => local),
      );
      await kept;
    },
  };
}

/** `build` and `check` keep the images for a later `publish`. In a containerd store the build has named them, always: the next one would unpack every layer again. */
function isKeptHere({ request }: Run, engine: EngineInfo): boolean {
  return request.command !== 'ship' && engine.store === 'graph-driver';
}

function withResult(state: ImageState, result: BuildResult | undefined): ImageState {
  switch (result?.status) {
    case undefined:
      return state;
    case 'built':
      return { ...state, built: result.image };
    case 'failed':
      return { ...state, failure: result.failure };
    case 'not-built':
      return { ...state, notBuilt: result.reason };
  }
}
