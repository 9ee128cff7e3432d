import { policyHash } from '../config/policy-hash.ts';
import { describeImage } from '../image/describe.ts';
import type { AnyRule } from '../check/rule.ts';
import type { OpenedImage } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { PlannedStack, SourceEvent } from '../model/plan.ts';
import { recordFileIn } from '../model/record-file.ts';
import { parseRecord } from '../model/record-parse.ts';
import type { ImageRecord, RunRecord } from '../model/record.ts';
import { formatTarget } from '../model/target.ts';
import { detectEvent } from '../plan/event.ts';
import { planStack } from '../plan/stack/stack.ts';
import type { Candidate } from '../stack/images.ts';
import { blankRecord, blankRun } from './blank-record.ts';
import { choosePolicy } from './gate-config.ts';
import { locateGiven, openGiven } from './given-image.ts';
import { findProven } from './promotion-source.ts';
import { requireOfThisRun } from './publish-staged.ts';
import { describeRules, type Run } from './run.ts';
import { startGiven } from './stack-stage.ts';
import { judgePlannedStack, stackNotes } from './stack-state.ts';
import { stagingOf, stagingTag } from './staging.ts';

interface Given {
  /** What is known of the images; the stack's verdict is added to it. */
  readonly record: RunRecord;
  readonly candidates: readonly Candidate[];
}

/** Whether `slipway stack` runs what was built before: named images, a run's candidates in staging, or what the last check cleared. */
export function isGiven({ command, given = [], stagedRun, checked }: Run['request']): boolean {
  return command === 'stack' && (given.length > 0 || stagedRun !== undefined || checked === true);
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
  const { record, candidates } = await findGiven(run, planned, event);
  const judged = await startGiven(run, candidates, stack, rules);
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
  return { ...image, blocked: [...own, ...stack.blocked.map((why) => `stack: ${why}`)] };
}

async function findGiven(run: Run, planned: PlannedStack, event: SourceEvent): Promise<Given> {
  const { given = [], stagedRun } = run.request;
  if (given.length > 0) return findNamed(run, given, event);
  return stagedRun === undefined ? findChecked(run, planned) : findStaged(run, planned, stagedRun, event);
}

async function findNamed(run: Run, texts: readonly string[], event: SourceEvent): Promise<Given> {
  const { effects, request, config } = run;
  const found: { readonly candidate: Candidate; readonly image: ImageRecord }[] = [];
  for (const text of texts) {
    for (const given of await openGiven(effects, await locateGiven(effects.files, text, request.directory))) {
      const { image } = choosePolicy(config, request, given);
      const candidate = { name: image.name, runnable: await give(run, given.opened) };
      found.push({ candidate, image: blankRecord(run, image, given.reference, 'run') });
    }
  }
  const images = found.map(({ image }) => image);
  const record = blankRun(run, event, images, 'images that were not built here are only run');
  return { record, candidates: found.map(({ candidate }) => candidate) };
}

async function findStaged(run: Run, planned: PlannedStack, id: string, event: SourceEvent): Promise<Given> {
  const place = stagingOf(run.config);
  const candidates: Candidate[] = [];
  const records: RunRecord[] = [];
  for (const name of planned.images) {
    const proven = await findProven(run, name, { tag: stagingTag(id, name) }, [place]);
    if (proven === undefined) {
      throw new Fault(`${name} has no candidate of the run ${id} in staging`, {
        where: `${formatTarget(place)}/${name}`,
        remedy: 'See why its build job blocked it.',
      });
    }
    requireOfThisRun(run, proven, id, event);
    candidates.push({ name, runnable: await give(run, proven.opened) });
    records.push({ ...proven.record, images: [proven.image] });
  }
  const [first] = records;
  if (first === undefined) throw new Fault('the stack starts no image of the config, so staging has none for it');
  return { record: { ...first, images: records.flatMap(({ images }) => images) }, candidates };
}

/** What the engine runs: the image by digest, given to it where it does not hold it. */
async function give({ effects }: Run, opened: OpenedImage): Promise<string> {
  const { platform } = await effects.engine.info();
  return effects.engineImages.take(opened.source, await describeImage(opened.source, opened.digest, { platform }));
}

async function findChecked(run: Run, planned: PlannedStack): Promise<Given> {
  const file = recordFileIn(run.request.output);
  const { files, engineImages } = run.effects;
  const remedy = 'Run slipway check first, with the same --config and --output.';
  if ((await files.stat(file)) === undefined) throw new Fault('there is no record of a check', { where: file, remedy });
  const record = parseRecord(await files.readText(file), file);
  const candidates: Candidate[] = [];
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
    candidates.push({ name, runnable: image.local });
  }
  return { record, candidates };
}
