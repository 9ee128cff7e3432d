import { policyHash } from '../config/policy-hash.ts';
import { Fault } from '../model/fault.ts';
import type { GpuVerdict } from '../model/gpu-verdict.ts';
import type { SourceEvent } from '../model/plan.ts';
import { recordFileIn } from '../model/record-file.ts';
import { mergeRecords } from '../model/record-merge.ts';
import type { ProblemRecord, RunRecord } from '../model/record.ts';
import { withStackOutcomes } from '../model/stack-judgement.ts';
import { formatTarget } from '../model/target.ts';
import { detectEvent } from '../plan/event.ts';
import { decidePublishing } from '../plan/publish-decision.ts';
import type { Candidate } from './candidate.ts';
import { asDemanded, settleGpu } from './gpu-clearance.ts';
import { readGivenVerdicts } from './gpu-given.ts';
import { toPublishedRecord } from './image-state.ts';
import { findProven, type ProvenImage } from './promotion-source.ts';
import { toDigests, toOutcome } from './record-digests.ts';
import { checkBeforeBuild, publishAll } from './publish-stage.ts';
import type { Run } from './run.ts';
import { readStackVerdicts, settleStacks } from './stack-proof.ts';
import { stagingOf, stagingTag } from './staging.ts';
import { workflowRunOf } from './workflow-run.ts';

/** Whose candidates are to be published: the run that was named, or this workflow run where no check happened in this job. */
export async function findStagedRun({ effects, request, config }: Run): Promise<string | undefined> {
  if (request.stagedRun !== undefined || config.staging === undefined) return request.stagedRun;
  const checkedHere = (await effects.files.stat(recordFileIn(request.output))) !== undefined;
  return checkedHere ? undefined : workflowRunOf(effects);
}

/**
 * Publishes what the build jobs of a workflow run put into staging: bytes that were proven elsewhere, judged again by the record attached
 * to them, which has to be of this run, this commit and this policy. No user code runs here.
 * An image without a candidate is a problem and never passed over in silence.
 */
export async function publishStaged(run: Run, id: string): Promise<RunRecord> {
  const event = await detectEvent(run.effects, run.config.directory);
  const decision = decidePublishing(event);
  const names = run.request.only.length > 0 ? run.request.only : run.config.images.map(({ name }) => name);
  const place = stagingOf(run.config);
  if (decision.publish) await checkBeforeBuild(run);
  const found = await Promise.all(names.map((name) => findProven(run, name, { tag: stagingTag(id, name) }, [place])));
  const given = await readGivenVerdicts(run.effects, run.request);
  const tried = found.filter((one) => one !== undefined).map((one) => withGpu(run, one, given));
  const missing = names.filter((_, index) => found[index] === undefined);
  for (const one of tried) requireOfThisRun(run, one, id, event);
  const started = await readStackVerdicts(run.effects, run.request);
  const demand = { workflow: id, commit: event.commit, job: run.request.stackJob };
  const proven = settleStacks(run.config, tried, started, demand, run.effects.clock.now());
  const attempts = await publishAll(run, decision.publish ? proven.map((one) => toCandidate(one, event)) : []);
  const publishedOf = new Map(proven.map(({ image }, index) => [image.name, attempts[index]?.published]));
  const merged = mergeAll(proven, id);
  return {
    ...merged,
    run: {
      ...merged.run,
      id: run.effects.runId,
      command: 'publish',
      finishedAt: run.effects.clock.now().toISOString(),
    },
    publish: { decided: decision.publish, reason: decision.reason, target: formatTarget(run.target) },
    images: merged.images.map((image) => {
      const published = publishedOf.get(image.name);
      return published === undefined ? image : { ...image, published: toPublishedRecord(published) };
    }),
    timeline: [...(merged.timeline ?? []), ...run.timing.stages],
    problems: [...missing.map((name) => describeMissing(name, id)), ...attempts.flatMap((one) => one?.problem ?? [])],
  };
}

/** The record of the build job says what is asked for and which bytes; of a GPU job only its verdict counts. */
function withGpu({ target, effects, config }: Run, proven: ProvenImage, given: readonly GpuVerdict[]): ProvenImage {
  const image = settleGpu(asDemanded(config, proven.image), given, target);
  if (image === proven.image) return proven;
  const finishedAt = effects.clock.now().toISOString();
  const images = proven.record.images.map((each) => (each.name === image.name ? image : each));
  return { ...proven, image, record: { ...proven.record, run: { ...proven.record.run, finishedAt }, images } };
}

function mergeAll(proven: readonly ProvenImage[], id: string): RunRecord {
  const [first, ...others] = proven.map(({ record }) => record);
  if (first !== undefined) return mergeRecords([first, ...others]);
  throw new Fault(`no image of the run ${id} is in staging`, {
    remedy: 'See why its build job blocked them all; slipway stage puts there what was cleared.',
  });
}

/** What is said of an image whose build job left nothing in staging. */
export function describeMissing(name: string, id: string): ProblemRecord {
  return {
    kind: 'fault',
    message: `${name} has no candidate of the run ${id} in staging: it was blocked, or its build job did not run`,
    remedy: 'See the report of the build job.',
  };
}

/**
 * Throws a Fault for a candidate of another run, commit or policy, and for one that no build job of this run says it put there: the build job
 * of any run may write staging under any name and forge a record, but it cannot write what the jobs of another run leave for each other.
 */
export function requireOfThisRun(
  run: Run,
  { record, image, opened }: ProvenImage,
  id: string,
  event: SourceEvent,
): void {
  const config = run.config.images.find(({ name }) => name === image.name);
  const handed = run.request.stagedDigests;
  const wrong = [
    handed === undefined || handed.get(image.name) === opened.digest
      ? []
      : [`is of bytes that no build job of this run says it put there (${opened.digest})`],
    record.run.workflow === id ? [] : [`is of the run ${record.run.workflow ?? record.run.id}, not ${id}`],
    record.source.commit === event.commit ? [] : [`is of the commit ${record.source.commit ?? 'none'}`],
    record.source.dirty ? ['is of a work tree with changes'] : [],
    config !== undefined && policyHash(config, run.config) === image.policyHash ? [] : ['is of other rules'],
  ].flat();
  if (wrong.length === 0) return;
  throw new Fault(`${image.name}: the record attached to the candidate ${wrong.join(' and ')}`, {
    where: opened.source.description,
    remedy: 'Run the build job of this very run again; a verdict holds for one run, one commit and one policy.',
  });
}

function toCandidate({ opened, place, record, image, stack }: ProvenImage, { ancestors }: SourceEvent): Candidate {
  if (image.digests === undefined) throw new Fault(`the record of ${image.name} has no digests`);
  const digests = toDigests(image.digests);
  return {
    name: image.name,
    digests,
    judged: digests,
    outcomes: withStackOutcomes(image, record).map(toOutcome),
    tags: image.tags,
    moving: image.moving ?? [],
    lasting: image.lasting ?? [],
    commit: record.source.commit,
    ancestors,
    policyHash: image.policyHash,
    gpu: image.gpu,
    stack,
    proven: true,
    vouched: true,
    attachedIn: opened.source,
    staging: formatTarget(place),
    record: () => record,
    open: () => Promise.resolve(opened.source),
  };
}
