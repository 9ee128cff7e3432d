import { nearestWord } from '../config/nearest.ts';
import { isDigest } from '../model/digest.ts';
import { Fault } from '../model/fault.ts';
import { GPU_RULE } from '../model/gpu-judgement.ts';
import type { SourceEvent } from '../model/plan.ts';
import type { ImageRecord, RunRecord } from '../model/record.ts';
import { formatTarget, type Target } from '../model/target.ts';
import { isBlocking } from '../model/verdict.ts';
import { detectEvent } from '../plan/event.ts';
import { resolveCommit } from '../plan/git.ts';
import type { Candidate } from './candidate.ts';
import { settleGpu } from './gpu-clearance.ts';
import { toPublishedRecord } from './image-state.ts';
import { describePlaces, findProven, namesOf, type ProvenImage, type Wanted } from './promotion-source.ts';
import { expandAll, requireTag } from './promotion-tags.ts';
import { toDigests, toOutcome } from './record-digests.ts';
import { type Attempt, checkBeforeBuild, publishAll } from './publish-stage.ts';
import type { Promotion } from './request.ts';
import type { Run } from './run.ts';
import { whyNotStarted } from './stack-proof.ts';
import { workflowRunOf } from './workflow-run.ts';

interface Search {
  readonly names: readonly string[];
  readonly wanted: Wanted;
  readonly places: readonly Target[];
}
/**
 * Gives proven bytes further names, here or in another repository, without a build. All images are looked at before the first tag is set.
 * Throws a Fault for what is not there and for what no attached record proves; today's config is not asked.
 */
export async function promote(run: Run, promotion: Promotion): Promise<RunRecord> {
  const event = await detectEvent(run.effects, run.config.directory);
  requireTrustedEvent(event);
  const tags = chooseTags(promotion, event);
  tags.forEach(requireTag);
  const search = await planSearch(run, promotion, event);
  await checkBeforeBuild(run);
  return promoteProven(run, promotion, await findAll(run, search), tags);
}

/** Gives images that were found and are proven further tags. */
export async function promoteProven(
  run: Run,
  promotion: Promotion,
  proven: readonly ProvenImage[],
  tags: readonly string[],
): Promise<RunRecord> {
  const candidates = proven.map((one) => toCandidate(run, one, promotion, tags));
  const attempts = await publishAll(run, candidates);
  return toPromotionRecord(run, promotion, proven, candidates, attempts);
}

function requireTrustedEvent({ name, fork }: SourceEvent): void {
  if (!fork && name !== 'pull_request' && name !== 'merge_group') return;
  throw new Fault(`a ${name.replace('_', ' ')} promotes nothing`, {
    remedy: 'Promote on the push of a version tag, on workflow_dispatch, or on the command line.',
  });
}

function chooseTags({ tags }: Promotion, { tag }: SourceEvent): readonly string[] {
  const chosen = tags.length > 0 ? tags : tag === undefined ? [] : [tag];
  if (chosen.length > 0) return chosen;
  throw new Fault('there is no tag to promote to', {
    where: '--tag',
    remedy: 'Name one: --tag v1.2.3 or --tag latest.',
  });
}

async function planSearch(run: Run, { what, from }: Promotion, event: SourceEvent): Promise<Search> {
  const named = /^(?<location>.+)\/(?<image>[^/:@]+)(?:@(?<digest>sha256:[0-9a-f]{64})|:(?<tag>[\w.-]{1,128}))$/.exec(
    what ?? '',
  )?.groups;
  const location = named?.['location'] ?? from;
  const staging = run.config.staging;
  const others = [location ?? staging].flatMap((each) => (each === undefined ? [] : registryAt(each)));
  return {
    names: chooseNames(run, named?.['image']),
    wanted: await chooseWanted(run, named?.['digest'] ?? named?.['tag'] ?? what ?? event.commit, named !== undefined),
    places: location === undefined ? [run.target, ...others] : others,
  };
}

function registryAt(location: string): Target {
  return { type: 'registry', location: location.replace(/\/+$/, '') };
}

/** The images meant: one, those that were asked for, or all. Throws a Fault for one that the config has not. */
export function chooseNames({ config, request }: Pick<Run, 'config' | 'request'>, image?: string): readonly string[] {
  const known = config.images.map(({ name }) => name);
  const chosen = image === undefined ? request.only : [image];
  const unknown = chosen.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const near = nearestWord(unknown, known);
    throw new Fault(`there is no image ${unknown}`, {
      ...(config.file === undefined ? {} : { where: config.file }),
      remedy: near === undefined ? `There are ${known.join(', ')}.` : `Did you mean ${near}?`,
    });
  }
  return chosen.length === 0 ? known : chosen;
}

async function chooseWanted(run: Run, what: string | undefined, isTag: boolean): Promise<Wanted> {
  if (what === undefined) {
    throw new Fault('there is nothing to promote', { remedy: 'Name a digest (sha256:…) or a commit.' });
  }
  if (isDigest(what)) return { digest: what };
  if (isTag) return { tag: what };
  const commit = await resolveCommit(run.effects, run.config.directory, what);
  if (commit !== undefined) return { commit };
  throw new Fault(`${JSON.stringify(what.slice(0, 100))} is neither a digest nor a commit of this clone`, {
    remedy: 'Write sha256:… with all 64 digits, all 40 digits of a commit, or HOST/PATH/IMAGE@sha256:….',
  });
}

/** Everything that is wanted, or a Fault that says what is missing: half a release is none. */
export async function findAll(run: Run, { names, wanted, places }: Search): Promise<readonly ProvenImage[]> {
  const found = await Promise.all(names.map((name) => findProven(run, name, wanted, places)));
  const missing = names.filter((_, index) => found[index] === undefined);
  const proven = found.filter((one) => one !== undefined);
  // A digest is one image's; a commit has built them all.
  if (missing.length === 0 || ('digest' in wanted && proven.length > 0)) return proven;
  throw new Fault(`${missing.join(', ')}: there is no ${namesOf(run, wanted).join(' or ')} to promote`, {
    where: missing.map((name) => describePlaces(places, name)).join(', '),
    remedy:
      'commit' in wanted
        ? 'Wait for the run of that commit on its branch, see whether it passed, or name a digest.'
        : 'Check the digest, or say with --from HOST/PATH where it is.',
  });
}

function toCandidate(run: Run, proven: ProvenImage, { back }: Promotion, wanted: readonly string[]): Candidate {
  const { opened, place, record, image } = proven;
  if (image.digests === undefined) throw new Fault(`the record of ${image.name} has no digests`);
  requireGpuVerdict(run, proven);
  requireStackVerdict(proven);
  const digests = toDigests(image.digests);
  const commit = record.source.dirty ? undefined : record.source.commit;
  const elsewhere = formatTarget(place) !== formatTarget(run.target);
  return {
    name: image.name,
    digests,
    judged: digests,
    outcomes: image.outcomes.map(toOutcome),
    ...expandAll(run, wanted, commit),
    back,
    proven: true,
    commit,
    policyHash: image.policyHash,
    gpu: image.gpu,
    record: () => record,
    open: () => Promise.resolve(opened.source),
    ...(elsewhere ? { attachedIn: opened.source } : {}),
    ...(place.type === 'registry' && place.location === run.config.staging ? { staging: place.location } : {}),
  };
}

/** What waits for a GPU is not promoted past it. Throws a Fault. */
function requireGpuVerdict({ target }: Run, { image, opened }: ProvenImage): void {
  const [reason] = settleGpu(image, [], target).outcomes.filter(
    (outcome) => outcome.rule === GPU_RULE && isBlocking(outcome),
  );
  if (reason === undefined) return;
  const why = reason.reason ?? reason.findings[0]?.message ?? reason.status;
  throw new Fault(`${image.name}: ${opened.digest} may not be promoted: ${why}`, {
    where: opened.source.description,
    remedy: 'Have it tried by slipway gpu and published with that verdict first.',
  });
}

/** Nor past the stack that starts it: in staging, its record knows only what the files say. Throws a Fault. */
function requireStackVerdict({ image, opened, record }: ProvenImage): void {
  const why = whyNotStarted(image, record);
  if (why === undefined) return;
  throw new Fault(`${image.name}: ${opened.digest} may not be promoted: ${why}`, {
    where: opened.source.description,
    remedy: 'Have the stack started by slipway stack and the image published with that verdict first.',
  });
}

function toPromotionRecord(
  run: Run,
  { back }: Promotion,
  proven: readonly ProvenImage[],
  candidates: readonly Candidate[],
  attempts: readonly (Attempt | undefined)[],
): RunRecord {
  const [first] = proven;
  if (first === undefined) throw new Fault('there is no image to promote');
  const { effects, startedAt } = run;
  return {
    ...first.record,
    run: {
      id: effects.runId,
      workflow: workflowRunOf(effects),
      command: 'promote',
      startedAt: startedAt.toISOString(),
      finishedAt: effects.clock.now().toISOString(),
    },
    publish: {
      decided: true,
      reason: `promoted without a build, proven by the attached record${back ? '; tags may go back, as asked with --back' : ''}`,
      target: formatTarget(run.target),
    },
    images: proven.map(({ image }, index) => promotedImage(image, candidates[index], attempts[index])),
    timeline: [...run.timing.stages],
    notes: [],
    problems: attempts.flatMap((attempt) => attempt?.problem ?? []),
  };
}

function promotedImage(
  image: ImageRecord,
  candidate: Candidate | undefined,
  attempt: Attempt | undefined,
): ImageRecord {
  const { tags = [], moving = [], lasting = [] } = candidate ?? {};
  return {
    ...image,
    tags: [...tags],
    moving: [...moving],
    lasting: [...lasting],
    published: attempt?.published && toPublishedRecord(attempt.published),
  };
}
