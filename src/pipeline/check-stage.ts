import { whenAllEnded } from '../check/all-ended.ts';
import { gatherFacts, type GatherRequest } from '../check/gather.ts';
import { judgeImage } from '../check/judge.ts';
import type { Surroundings } from '../check/probes/companions.ts';
import { makeRunSlots } from '../check/probes/run-slots.ts';
import type { AnyRule } from '../check/rule.ts';
import type { KnownSearch } from '../image/secrets/known-forms.ts';
import type { OpenedImage } from '../model/effects.ts';
import { type CacheFacts, type Fact, type FactTable, known } from '../model/facts.ts';
import type { PlannedImage } from '../model/plan.ts';
import type { SourceEvent } from '../model/plan.ts';
import { isBlocking, type RuleOutcome } from '../model/verdict.ts';
import { clearAbandoned } from './abandoned.ts';
import { locateBaseline } from './baseline-place.ts';
import type { ImageState } from './image-state.ts';
import type { Run } from './run.ts';

const PLAN_FACTS: readonly string[] = [
  'dockerfile',
  'build-check',
  'context',
  'feasibility',
  'cache',
  'requirements',
  'package-index',
  'compose',
];

/** Rules whose facts the plan already has are judged before anything is built. */
function isPlanRule(rule: AnyRule): boolean {
  return rule.needs.length > 0 && rule.needs.every((need) => PLAN_FACTS.includes(need));
}

/** What `rules` can say of the images before a build: wrong Dockerfiles and impossible budgets cost seconds, not minutes. */
export function judgePlan(run: Run, images: readonly PlannedImage[], rules: readonly AnyRule[]): ImageState[] {
  const early = rules.filter(isPlanRule);
  return images.map((planned) => {
    const { dockerfile, context, feasibility, requirements, packageIndex, buildCheck } = planned;
    const facts = {
      ...{ dockerfile, context, feasibility, requirements, cache: cacheFacts(planned) },
      ...{ 'build-check': buildCheck, 'package-index': packageIndex },
    };
    return { planned, facts, outcomes: judge(run, planned, facts, early) };
  });
}

function cacheFacts({ cacheTo }: PlannedImage): Fact<CacheFacts> {
  return known({ exports: cacheTo.map(({ type, location, mode = 'max' }) => ({ type, location, mode })) });
}

/** Judges every built image by the bytes that would be published; images are checked at the same time, their containers in bounded slots. */
export async function checkStage(
  run: Run,
  event: SourceEvent,
  states: readonly ImageState[],
  rules: readonly AnyRule[],
  search?: KnownSearch,
): Promise<ImageState[]> {
  if (!states.some((state) => state.built !== undefined)) return [...states];
  const late = rules.filter((rule) => !isPlanRule(rule));
  const info = await run.effects.engine.info();
  await clearAbandoned(run);
  const world = {
    slots: makeRunSlots(info),
    surroundings: await findSurroundings(run),
    platform: info.platform,
    event,
    known: search,
  };
  return whenAllEnded(
    states.map(async (state) => {
      if (state.built === undefined) return state;
      return run.timing.measure('check', state.planned.name, () => checkImage(run, state, late, world));
    }),
  );
}

/** What the images of a run are checked with. */
export type World = Pick<GatherRequest, 'slots' | 'surroundings' | 'platform' | 'notStarted' | 'known'> & {
  /** Whose base branch sizes are compared with. */
  readonly event?: SourceEvent;
};

async function checkImage(run: Run, state: ImageState, rules: readonly AnyRule[], world: World): Promise<ImageState> {
  const { planned, built } = state;
  if (built === undefined) return state;
  run.effects.output.stderr(`checking ${planned.name}\n`);
  return judgeOpened(run, state, await run.effects.engineImages.open(built.runnable), rules, world);
}

/** Judges one image by its stored bytes and, where containers are started, by what it does. */
export async function judgeOpened(
  run: Run,
  state: ImageState,
  opened: OpenedImage,
  rules: readonly AnyRule[],
  world: World,
): Promise<ImageState> {
  const { planned, built } = state;
  if (built === undefined) return state;
  const { effects, config, request } = run;
  const measured = await gatherFacts(effects, {
    ...world,
    platform: planned.config.platforms[0] ?? world.platform,
    base: request.base,
    dockerfile: planned.dockerfile,
    image: planned.config,
    config,
    built,
    source: opened.source,
    repacked: opened.repacked,
    baseline: world.event === undefined ? undefined : locateBaseline(run, world.event, planned.name),
    cacheTo: planned.cacheTo,
    rules,
    containers: request.containers,
  });
  // Probes that were told to stop have seen a part; a verdict out of that would be false.
  effects.signal.throwIfAborted();
  const facts = { ...state.facts, ...measured };
  const outcomes = [...state.outcomes, ...judge(run, planned, facts, rules)];
  const blocking = outcomes.filter(isBlocking).length;
  effects.output.stderr(
    `checked ${planned.name}: ${blocking === 0 ? 'nothing blocks it' : `${String(blocking)} ${blocking === 1 ? 'rule blocks' : 'rules block'} it`}\n`,
  );
  return { ...state, facts, opened, outcomes };
}

/** Compose is looked for only when an image needs it: the probe says what is missing in its own words. */
export async function findSurroundings({ config, effects }: Run): Promise<Surroundings> {
  const { directory } = config;
  if (config.images.every((image) => image.with.length === 0)) return { directory };
  return { directory, compose: (await effects.tools.find('compose')).path };
}

function judge(run: Run, planned: PlannedImage, facts: FactTable, rules: readonly AnyRule[]): RuleOutcome[] {
  return judgeImage(rules, facts, planned.config, run.config, run.effects.clock.now());
}
