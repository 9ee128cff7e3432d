import { whenAllEnded } from '../check/all-ended.ts';
import { describeImage } from '../image/describe.ts';
import { undecidedFrom } from '../image/damage.ts';
import type { KnownSearch } from '../image/secrets/known-forms.ts';
import { policyHash } from '../config/policy-hash.ts';
import type { AnyRule } from '../check/rule.ts';
import { makeRunSlots } from '../check/probes/run-slots.ts';
import type { Effects } from '../model/effects.ts';
import type { EngineInfo } from '../model/engine.ts';
import { type ComposeFacts, known, skipped, undecided, type Fact } from '../model/facts.ts';
import { Fault } from '../model/fault.ts';
import type { BuiltImage, ImageDescription } from '../model/image.ts';
import type { Plan, PlannedImage, SourceEvent } from '../model/plan.ts';
import { knownSearch } from './known-values.ts';
import { makeTiming } from './timing.ts';
import type { RunRecord } from '../model/record.ts';
import { detectEvent } from '../plan/event.ts';
import { clearAbandoned } from './abandoned.ts';
import { findSurroundings, judgeOpened, type World } from './check-stage.ts';
import { choosePolicy, type GatePolicy, loadGateConfig } from './gate-config.ts';
import { findGivenStack } from './gate-stack.ts';
import { type GivenImage, locateGiven, openGiven } from './given-image.ts';
import type { ImageState } from './image-state.ts';
import { chooseTarget, type Request } from './request.ts';
import { type Run, toRecord } from './run.ts';

/**
 * Gate mode: judges images that anything may have built, and builds and publishes nothing.
 * Throws a Fault for a reference that names nothing; damaged content is a verdict.
 */
export async function judgeGiven(effects: Effects, request: Request, rules: readonly AnyRule[]): Promise<RunRecord> {
  const startedAt = effects.clock.now();
  const config = await loadGateConfig(effects, request, startedAt);
  const timing = makeTiming(effects.clock);
  const run: Run = { effects, request, config, target: chooseTarget(config, request), startedAt, timing };
  const given: GivenImage[] = [];
  for (const text of request.given ?? []) {
    given.push(...(await openGiven(effects, await locateGiven(effects.files, text, request.directory))));
  }
  const [event, engine, known] = await Promise.all([
    detectEvent(effects, request.directory),
    askEngine(effects),
    knownSearch(effects, config),
  ]);
  if (engine.state === 'known') await clearAbandoned(run);
  const names = new Set<string>();
  const policies = given.map((image) => rename(choosePolicy(config, request, image), names));
  const states = await whenAllEnded(
    given.map((image, index) => {
      const policy = policies[index];
      if (policy === undefined) throw new Error('an image has no policy');
      return judgeOne({ ...run, config: policy.config }, image, policy, rules, { engine, event, known });
    }),
  );
  const publish = { publish: false, reason: 'an image that was not built here is only judged' };
  const plan: Plan = { event, images: states.map(({ planned }) => planned), publish };
  return toRecord(run, plan, states, {
    lacking: engine.state === 'known' ? [] : [`no container was started: ${engine.reason}`],
    ...(engine.state === 'known' ? { engine: engine.value } : {}),
  });
}

/** Two images may have the same name in a record only once. */
function rename(policy: GatePolicy, taken: Set<string>): GatePolicy {
  let { name } = policy.image;
  for (let count = 2; taken.has(name); count += 1) name = `${policy.image.name}-${String(count)}`;
  taken.add(name);
  return { ...policy, image: { ...policy.image, name } };
}

/** A machine without an engine can judge bytes; an engine that is there and fails is a problem of the environment. */
async function askEngine({ engine }: Effects): Promise<Fact<EngineInfo>> {
  try {
    return known(await engine.info());
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const absent = /there is no such socket|nothing listens/.test(error.message);
    return absent ? skipped(error.message) : undecided(error.message, true);
  }
}

async function judgeOne(
  run: Run,
  given: GivenImage,
  policy: GatePolicy,
  rules: readonly AnyRule[],
  {
    engine,
    event,
    known: search,
  }: { readonly engine: Fact<EngineInfo>; readonly event: SourceEvent; readonly known: KnownSearch },
): Promise<ImageState> {
  const { effects, request } = run;
  const platform = policy.image.platforms[0] ?? (engine.state === 'known' ? engine.value.platform : hostPlatform());
  const described = await describe(given, platform);
  const runnable = request.containers ? await makeRunnable(effects, given, described, engine) : undefined;
  const built = toBuilt(policy.image.name, given, described, runnable);
  const state: ImageState = {
    planned: toPlanned(given, policy),
    outcomes: [],
    facts: planFacts(await findGivenStack(effects, run.config)),
    given: given.reference,
  };
  const world: World = {
    slots: makeRunSlots(engine.state === 'known' ? engine.value : { cpus: 1, memoryBytes: 0 }),
    surroundings: await findSurroundings(run),
    platform,
    event,
    known: search,
    ...(runnable === undefined || runnable.state === 'known' ? {} : { notStarted: runnable }),
  };
  const judged = await judgeOpened(run, { ...state, built }, given.opened, rules, world);
  if (described.state === 'known') return judged;
  return { ...judged, built: undefined };
}

async function describe(given: GivenImage, platform: string): Promise<Fact<ImageDescription>> {
  try {
    return known(await describeImage(given.opened.source, given.opened.digest, { platform }));
  } catch (error) {
    return undecidedFrom(error);
  }
}

/** What the engine runs: the image itself by digest, read out of where it is kept. */
async function makeRunnable(
  effects: Effects,
  given: GivenImage,
  described: Fact<ImageDescription>,
  engine: Fact<EngineInfo>,
): Promise<Fact<string>> {
  if (engine.state !== 'known') return engine;
  if (described.state !== 'known') return described;
  try {
    return known(await effects.engineImages.take(given.opened.source, described.value));
  } catch (error) {
    return undecidedFrom(error);
  }
}

function toBuilt(
  name: string,
  { opened }: GivenImage,
  described: Fact<ImageDescription>,
  runnable: Fact<string> | undefined,
): BuiltImage {
  const run = runnable?.state === 'known' ? runnable.value : '';
  return {
    name,
    digests: described.state === 'known' ? described.value.digests : { manifest: opened.digest, config: opened.digest },
    runnable: run,
    local: run,
    location: 'registry',
    buildElapsed: 0,
    steps: [],
    cachedSecretSteps: [],
  };
}

const NO_BUILD = skipped('the image was not built here: it is judged without its Dockerfile and context');

function planFacts(compose: Fact<ComposeFacts>): ImageState['facts'] {
  return {
    ...{ dockerfile: NO_BUILD, 'build-check': NO_BUILD, context: NO_BUILD, feasibility: NO_BUILD },
    ...{ requirements: NO_BUILD, 'package-index': NO_BUILD, compose },
    cache: NO_BUILD,
  };
}

function toPlanned(given: GivenImage, { config, image, why }: GatePolicy): PlannedImage {
  return {
    name: image.name,
    config: image,
    reason: `${given.reference} is judged as it is (${why})`,
    tags: [],
    moving: [],
    lasting: [],
    tagNotes: [],
    cacheFrom: [],
    cacheTo: [],
    policyHash: policyHash(image, config),
    dockerfile: NO_BUILD,
    buildCheck: NO_BUILD,
    context: NO_BUILD,
    feasibility: NO_BUILD,
    requirements: NO_BUILD,
    packageIndex: NO_BUILD,
  };
}

function hostPlatform(): string {
  const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
  return `linux/${architectures[process.arch] ?? process.arch}`;
}
