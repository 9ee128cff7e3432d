import { policyHash } from '../config/policy-hash.ts';
import { describeImage } from '../image/describe.ts';
import type { AnyRule } from '../check/rule.ts';
import type { OpenedImage } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { PlannedStack, SourceEvent } from '../model/plan.ts';
import { recordFileIn } from '../model/record-file.ts';
import { parseRecord } from '../model/record-parse.ts';
import type { ImageRecord, RunRecord } from '../model/record.ts';
import { stackReasons } from '../model/stack-judgement.ts';
import { formatTarget } from '../model/target.ts';
import { detectEvent } from '../plan/event.ts';
import { planStack } from '../plan/stack/stack.ts';
import { blankRecord, blankRun } from './blank-record.ts';
import { choosePolicy } from './gate-config.ts';
import { locateGiven, openGiven } from './given-image.ts';
import { findProven } from './promotion-source.ts';
import { toDigests } from './record-digests.ts';
import { requireOfThisRun } from './publish-staged.ts';
import { describeRules, type Run } from './run.ts';
import { type StackCandidate, startGiven } from './stack-stage.ts';
import { judgePlannedStack, stackNotes } from './stack-state.ts';
import { stagingOf, stagingTag } from './staging.ts';
import { workflowRunOf } from './workflow-run.ts';

interface Given {
  /** What is known of the images; the stack's verdict is added to it. */
  readonly record: RunRecord;
  readonly candidates: readonly StackCandidate[];
  /** Why the stack cannot be started with them. */
  readonly lack?: Fault;
}

/** Whether `slipway stack` runs what was built before: named images, a run's candidates in staging, or what the last check cleared. */
export function isGiven(request: Run['request']): boolean {
  const { command, given = [], checked } = request;
  return command === 'stack' && (given.length > 0 || checked === true || runsStaged(request));
}

/** Whether it runs what waits in staging: that of a run that was named, and in the reusable workflow that of its own. */
export function runsStaged({ command, stagedRun, workflow }: Run['request']): boolean {
  return command === 'stack' && (stagedRun !== undefined || workflow === 'images');
}

/** What `slipway stack` says where there is none: nothing was started, and that is no pass. */
export function refuseNoStack({ file }: Pick<Run['config'], 'file'>): Fault {
  return new Fault('no stack is declared', {
    ...(file === undefined ? {} : { where: file }),
    remedy: 'Write stack: { files: [docker-compose.yml] }.',
  });
}

/** Starts the stack with images that were built before, and adds its verdict to what is known of them. Throws a Fault without a stack. */
export async function stackGiven(run: Run, rules: readonly AnyRule[]): Promise<RunRecord> {
  const { effects, config, timing } = run;
  const event = await detectEvent(effects, config.directory);
  const planned = await planStack(effects, config);
  const stack = judgePlannedStack(run, planned, rules);
  if (planned === undefined || stack === undefined) throw refuseNoStack(config);
  const { record, candidates, lack } = await findGiven(run, planned, event);
  const judged = await startGiven(run, candidates, stack, rules, lack);
  const { stack: seen } = stackNotes(judged);
  const rulesOf = [...(record.rules ?? []), ...describeRules(judged.outcomes)];
  return {
    ...record,
    run: { ...record.run, id: effects.runId, command: 'stack', finishedAt: effects.clock.now().toISOString() },
    images: record.images.map((image) => holdBackRecord(image, seen)),
    rules: [...new Map(rulesOf.map((rule) => [rule.id, rule])).values()],
    timeline: [...(record.timeline ?? []), ...timing.stages],
    ...(seen === undefined ? {} : { stack: seen }),
    notes: [...record.notes, ...(seen?.run?.notes ?? [])],
    problems: [],
  };
}

/** What held the stack back holds back the images it starts, and what did before counts no longer. */
function holdBackRecord(image: ImageRecord, stack: RunRecord['stack']): ImageRecord {
  if (stack?.images.includes(image.name) !== true) return image;
  const own = image.blocked.filter((why) => !why.startsWith('stack: '));
  return { ...image, blocked: [...own, ...stackReasons(stack)] };
}

async function findGiven(run: Run, planned: PlannedStack, event: SourceEvent): Promise<Given> {
  const { given = [], stagedRun, workflow } = run.request;
  if (given.length > 0) return findNamed(run, given, event);
  if (workflow !== 'images')
    return stagedRun === undefined ? findChecked(run, planned) : findStaged(run, planned, stagedRun, event);
  try {
    return await findStaged(run, planned, stagedRun ?? workflowRunOf(run.effects) ?? '', event);
  } catch (error) {
    // The jobs after this one have to hear why there is no verdict.
    if (!(error instanceof Fault)) throw error;
    return { record: blankRun(run, event, [], 'the stack was not started'), candidates: [], lack: error };
  }
}

async function findNamed(run: Run, texts: readonly string[], event: SourceEvent): Promise<Given> {
  const { effects, request, config } = run;
  const found: { readonly candidate: StackCandidate; readonly image: ImageRecord }[] = [];
  for (const text of texts) {
    for (const given of await openGiven(effects, await locateGiven(effects.files, text, request.directory))) {
      const { image } = choosePolicy(config, request, given);
      const blank = blankRecord(run, image, given.reference, 'run');
      found.push({ candidate: await give(run, blank, given.opened), image: blank });
    }
  }
  const images = found.map(({ image }) => image);
  const record = blankRun(run, event, images, 'images that were not built here are only run');
  return { record, candidates: found.map(({ candidate }) => candidate) };
}

async function findStaged(run: Run, planned: PlannedStack, id: string, event: SourceEvent): Promise<Given> {
  const place = stagingOf(run.config);
  const found = await Promise.all(
    planned.images.map((name) => findProven(run, name, { tag: stagingTag(id, name) }, [place])),
  );
  const missing = planned.images.filter((_, index) => found[index] === undefined);
  if (missing.length > 0) {
    const have = missing.length === 1 ? 'has no candidate' : 'have no candidates';
    throw new Fault(`${missing.join(', ')} ${have} of the run ${id} in staging`, {
      where: missing.map((name) => `${formatTarget(place)}/${name}`).join(', '),
      remedy: 'See why its build job blocked it.',
    });
  }
  const proven = found.filter((one) => one !== undefined);
  const [first] = proven;
  if (first === undefined) throw new Fault('the stack starts no image of the config, so staging has none for it');
  const candidates: StackCandidate[] = [];
  for (const one of proven) {
    requireOfThisRun(run, one, id, event);
    candidates.push(await give(run, one.image, one.opened));
  }
  return { record: { ...first.record, images: proven.map(({ image }) => image) }, candidates };
}

/** What the engine runs: the image by digest, given to it where it does not hold it. */
async function give(
  { effects }: Run,
  { name, policyHash: policy }: ImageRecord,
  { source, digest }: OpenedImage,
): Promise<StackCandidate> {
  const { platform } = await effects.engine.info();
  const description = await describeImage(source, digest, { platform });
  const runnable = await effects.engineImages.take(source, description);
  return { name, runnable, digests: description.digests, policyHash: policy };
}

async function findChecked(run: Run, planned: PlannedStack): Promise<Given> {
  const file = recordFileIn(run.request.output);
  const { files, engineImages } = run.effects;
  const remedy = 'Run slipway check first, with the same --config and --output.';
  if ((await files.stat(file)) === undefined) throw new Fault('there is no record of a check', { where: file, remedy });
  const record = parseRecord(await files.readText(file), file);
  const candidates: StackCandidate[] = [];
  for (const name of planned.images) {
    const image = record.images.find((each) => each.name === name);
    const config = run.config.images.find((each) => each.name === name);
    if (image?.local === undefined || image.digests === undefined || config === undefined) {
      throw new Fault(`the record has no image ${name} in the engine`, { where: file, remedy });
    }
    const opened = await engineImages.open(image.local);
    const same = opened.digest === (image.digests.index ?? image.digests.manifest);
    if (!same || policyHash(config, run.config) !== image.policyHash) {
      throw new Fault(`${name} is not what was checked: ${same ? 'its rules' : 'its bytes in the engine'} changed`, {
        where: file,
        remedy,
      });
    }
    const { local: runnable, digests, policyHash: policy } = image;
    candidates.push({ name, runnable, digests: toDigests(digests), policyHash: policy });
  }
  return { record, candidates };
}
