import { RULES, ruleTable } from './check/rules/index.ts';
import { requireValidWaivers } from './check/waivers.ts';
import { loadConfig } from './config/load.ts';
import type { Config } from './model/config.ts';
import type { Effects } from './model/effects.ts';
import { Fault, messageOf } from './model/fault.ts';
import type { Plan } from './model/plan.ts';
import type { RunRecord } from './model/record.ts';
import { requireBillsOfMaterials } from './pipeline/artifacts.ts';
import { judgeBuildChecks, mayCheckLater, needsBuildCheck } from './pipeline/build-checks.ts';
import { type BuiltStage, buildStage } from './pipeline/build-stage.ts';
import { noteQuota } from './pipeline/cache-quota.ts';
import { carryCaches } from './pipeline/carried-caches.ts';
import { carryFacts, type FactJourney } from './pipeline/carried-facts.ts';
import { checkStage, judgePlan } from './pipeline/check-stage.ts';
import { judgeGiven } from './pipeline/gate.ts';
import { collectGpuJobs } from './pipeline/gpu-collect.ts';
import { tryBeforePublishing } from './pipeline/gpu-ship.ts';
import { tryOnGpu } from './pipeline/gpu-stage.ts';
import { describeWish, findGpuWishes, untriedOf } from './pipeline/gpu-wishes.ts';
import type { ImageState } from './pipeline/image-state.ts';
import { prepareIdentity } from './pipeline/identity.ts';
import { overrideGrowth } from './pipeline/growth-override.ts';
import { knownSearch } from './pipeline/known-values.ts';
import { requireOutsideContexts } from './pipeline/output-folder.ts';
import { prepareEngine } from './pipeline/prepare-engine.ts';
import { promote } from './pipeline/promote.ts';
import { findRelease, isRelease, promoteRelease } from './pipeline/release.ts';
import { publishRecorded } from './pipeline/publish-recorded.ts';
import { findStagedRun, publishStaged } from './pipeline/publish-staged.ts';
import { checkBeforeBuild, publishStage } from './pipeline/publish-stage.ts';
import { applyOverrides, chooseTarget, type Request } from './pipeline/request.ts';
import { type Run, type RunNotes, toProblem, toRecord } from './pipeline/run.ts';
import { findScope, type Scope } from './pipeline/scope.ts';
import { stageCandidates, stageWherePossible, stagingOf } from './pipeline/staging.ts';
import { isGiven, refuseNoStack, runsStaged, stackGiven } from './pipeline/stack-given.ts';
import { planJobsOf } from './pipeline/stack-plan.ts';
import { stackStage, startsStack } from './pipeline/stack-stage.ts';
import { makeTiming } from './pipeline/timing.ts';
import { findBuildChecks } from './plan/build-check-cache.ts';
import { holdBack, judgePlannedStack, stackNotes, type StackState } from './pipeline/stack-state.ts';
import { detectEvent } from './plan/event.ts';
import { makePlan } from './plan/plan.ts';

/**
 * The story: config → plan → build → check → stack → publish, as far as the command goes.
 * Throws a Fault where the user or the environment has to act before there is a plan; later ones are part of the record.
 */
export async function runPipeline(effects: Effects, request: Request): Promise<RunRecord> {
  if (request.command === 'check' && (request.given ?? []).length > 0) return judgeGiven(effects, request, RULES);
  const startedAt = effects.clock.now();
  const config = applyOverrides(
    await loadConfig(effects.files, request.config, request.directory, ruleTable()),
    request,
  );
  if (request.promotion === undefined) requireValidWaivers(config.waivers, startedAt);
  const target = chooseTarget(config, request);
  // Its jobs have different rights: what waits between them needs a place. Known now, not after the build.
  if (request.workflow === 'images') stagingOf(config);
  const timing = makeTiming(effects.clock);
  if (request.command === 'gpu-watch') return collectGpuJobs({ effects, request, config, target, startedAt, timing });
  const identity = prepareIdentity(effects, config, usesStaging(request, config) ? stagingOf(config) : target);
  const keyless = identity === undefined ? {} : { identity };
  const run: Run = { effects, request, config, target, startedAt, timing, ...keyless };
  requireOutsideContexts(config, target.type === 'oci' ? [request.output, target.directory] : [request.output]);
  if (request.command === 'publish' || request.command === 'gpu') return goOn(run);
  if (request.promotion !== undefined) return promote(run, request.promotion);
  if (request.prepareEngine === true) await prepareEngine(effects);
  if (isGiven(request)) return stackGiven(run, RULES);
  if (request.command === 'stack' && config.stack === undefined) throw refuseNoStack(config);

  askAhead(effects);
  const event = await detectEvent(effects, config.directory);
  const released = request.command === 'ship' ? await promoteRelease(run, event) : undefined;
  if (released !== undefined) return released;
  const later = mayCheckLater(run, RULES);
  const scope = await findScope(effects, config, request, event);
  const { only } = request;
  const plan = await timing.measure('plan', undefined, () =>
    makePlan(effects, config, { event, only, target, buildChecks: !later, ...onlyAffected(scope) }),
  );
  if (mayPush(request, plan)) await checkAhead(run, plan);
  const judged = judgePlan(run, plan.images, later ? RULES.filter((rule) => !needsBuildCheck(rule)) : RULES);
  const stack = judgePlannedStack(run, plan.stack, RULES);
  const planned = holdBack(judged, stack);
  const record =
    request.command === 'plan'
      ? await withJobs(run, plan, planned, stack)
      : await runStages(run, plan, planned, { later, stack });
  return withScope(record, scope);
}

/** What would refuse the push refuses now. Throws a Fault. */
async function checkAhead(run: Run, { images }: Plan): Promise<void> {
  await requireBillsOfMaterials(
    run,
    images.map(({ name }) => name),
  );
  await checkBeforeBuild(run);
}

/** The jobs that follow. For a version tag of a commit that was proven, only the one that gives those bytes their tags. */
async function withJobs(
  run: Run,
  plan: Plan,
  images: readonly ImageState[],
  own: StackState | undefined,
): Promise<RunRecord> {
  const { event } = plan;
  const wishes = await findGpuWishes(run, plan);
  const { jobs, stack, notes } = planJobsOf(run, plan, own, untriedOf(wishes));
  const quota = await noteQuota(run.effects, plan);
  const plain = toRecord(run, plan, images, stackNotes(stack));
  const record = {
    ...plain,
    jobs,
    notes: [...plain.notes, ...(quota === undefined ? [] : [quota]), ...wishes.map(describeWish), ...notes],
  };
  if (run.request.workflow !== 'images' || !isRelease(event)) return record;
  const release = await findRelease(run, event);
  if (release.proven === undefined)
    return { ...record, notes: [...record.notes, `every image is built: ${release.why}`] };
  const note = `nothing is built: ${release.proven.map(({ opened, image }) => `${image.name}@${opened.digest}`).join(', ')} were proven for this commit and get the tags of the release`;
  const { environment } = jobs;
  const left = { build: [], gpu: [], ...(environment === undefined ? {} : { environment }) };
  return { ...record, jobs: left, notes: [...record.notes, note] };
}

function onlyAffected({ affected }: Scope): Pick<Scope, 'affected'> {
  return affected === undefined ? {} : { affected };
}

/** What was left out is as much a part of the record as what was built. */
function withScope(record: RunRecord, { unchanged, note }: Scope): RunRecord {
  const left = unchanged.map(({ name, reason }) => `${name} is left out: ${reason}`);
  const notes = [...record.notes, ...(note === undefined ? [] : [note]), ...left];
  return { ...record, ...(unchanged.length === 0 ? {} : { unchanged }), notes };
}

/** Whose registry the identity has to open: candidates go to staging, and are tried from there. */
function usesStaging(request: Request, { staging }: Config): boolean {
  const { command } = request;
  return command === 'stage' || runsStaged(request) || (command === 'gpu' && staging !== undefined);
}

/** Both are asked once and kept: their answers come while git is still asked. Whoever needs one hears of its failure. */
function askAhead(effects: Effects): void {
  const questions = [async () => effects.tools.find('buildx'), async () => effects.engine.info()];
  void Promise.allSettled(questions.map((ask) => ask()));
}

interface Further {
  /** The build checks run beside the build. */
  readonly later: boolean;
  readonly stack: StackState | undefined;
}

/** Build, check, stack and publish. What was found out before a Fault is kept: the record holds both. */
async function runStages(run: Run, plan: Plan, planned: readonly ImageState[], further: Further): Promise<RunRecord> {
  const { command } = run.request;
  let images = planned;
  let build: BuiltStage | undefined;
  let { stack } = further;
  const facts = carryFacts(run, plan);
  let kept: Promise<unknown> = Promise.resolve();
  try {
    const configs = plan.images.map((image) => image.config);
    const checking = further.later ? findBuildChecks(run.effects, configs, run.config.directory) : [];
    const known = await knownSearch(run.effects, run.config);
    const caches = await carryCaches(run, plan);
    build = await run.timing.measure('build', undefined, () => buildStage(run, plan, planned, known));
    kept = caches.keep();
    images = judgeBuildChecks(run, build.images, await checking, RULES);
    await facts.arrived;
    if (command === 'build') return toRecord(run, plan, images, { ...build.notes, ...stackNotes(stack) });
    if (command !== 'stack') {
      const checked = await checkStage(run, plan.event, images, RULES, known);
      images = await overrideGrowth(run.effects, plan.event, checked);
      kept = Promise.all([kept, facts.keep()]);
    }
    if (stack !== undefined && startsStack(run, plan.event, images, stack)) {
      stack = await stackStage(run, images, stack, RULES);
      images = holdBack(images, stack);
    }
    const notes = { ...build.notes, ...bytesNote(images), ...factsNote(facts), ...stackNotes(stack) };
    if (command === 'check' || command === 'stack') return toRecord(run, plan, images, notes);
    return await handOver(run, plan, images, notes);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return toRecord(run, plan, images, { ...build?.notes, ...stackNotes(stack), problems: [toProblem(error)] });
  } finally {
    await Promise.all([settle(run, build), kept]);
  }
}

/** Whether bytes leave this machine at the end. A fork's run has no identity: it leaves the push out and is no error. */
function mayPush({ command }: Request, { event, publish }: Plan): boolean {
  return command === 'stage' ? !event.fork : command === 'ship' && publish.publish;
}

/** Images that were proven go where the event and the command send them. */
async function handOver(run: Run, plan: Plan, images: readonly ImageState[], notes: RunNotes): Promise<RunRecord> {
  if (!mayPush(run.request, plan)) {
    const staged = await stageWherePossible(run, plan, images, notes);
    return toRecord(run, plan, staged.images, { ...notes, lacking: [...(notes.lacking ?? []), ...staged.lacking] });
  }
  const staging = run.request.command === 'stage';
  const tried = staging ? images : await tryBeforePublishing(run, plan.event, images);
  const { images: handed, problems } = await (staging ? stageCandidates : publishStage)(run, plan, tried, notes);
  return toRecord(run, plan, handed, { ...notes, problems });
}

/** What was proven before, here or in the build jobs of this workflow run, is tried on a GPU or published. */
async function goOn(run: Run): Promise<RunRecord> {
  if (run.request.command === 'gpu') return tryOnGpu(run);
  const staged = await findStagedRun(run);
  if (staged === undefined) return publishRecorded(run);
  // The plan has waited for the branch's run: what is there by now is what it found.
  const released =
    run.request.workflow === 'images'
      ? await promoteRelease(run, await detectEvent(run.effects, run.config.directory))
      : undefined;
  return released ?? publishStaged(run, staged);
}

/** Which way the bytes came out of the engine; the same for all images of a run. */
function bytesNote(images: readonly ImageState[]): { readonly bytes?: string } {
  const how = images.find((image) => image.opened !== undefined)?.opened?.how;
  return how === undefined ? {} : { bytes: how };
}

function factsNote(journey: FactJourney): Pick<RunNotes, 'facts'> {
  const facts = journey.note();
  return facts === undefined ? {} : { facts };
}

/** Names left in the engine cost disk, not the verdict: when they cannot be taken away the person is told. */
async function settle({ effects }: Run, build: BuiltStage | undefined): Promise<void> {
  try {
    await build?.settle();
  } catch (error) {
    effects.output.stderr(`warning: images of this run may still be named in the engine: ${messageOf(error)}\n`);
  }
}
