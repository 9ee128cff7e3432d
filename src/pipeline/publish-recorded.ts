import { recordFileIn } from '../model/record-file.ts';
import { policyHash } from '../config/policy-hash.ts';
import { Fault } from '../model/fault.ts';
import { parseRecord } from '../model/record-parse.ts';
import type { ImageRecord, RunRecord } from '../model/record.ts';
import { withStackOutcomes } from '../model/stack-judgement.ts';
import { formatTarget } from '../model/target.ts';
import { toPublishedRecord } from './image-state.ts';
import type { Candidate } from './candidate.ts';
import { asDemanded, settleGpu } from './gpu-clearance.ts';
import { readGivenVerdicts } from './gpu-given.ts';
import { toDigests, toOutcome } from './record-digests.ts';
import { checkBeforeBuild, publishAll } from './publish-stage.ts';
import type { Run } from './run.ts';
import { requireStarted } from './stack-proof.ts';

/**
 * Publishes what the last check in the output folder cleared, without building again.
 * Throws a Fault without a record, for one that was not checked, or when the policy changed since.
 */
export async function publishRecorded(run: Run): Promise<RunRecord> {
  refuseStackRecords(run);
  const record = await readLastRecord(run);
  const given = await readGivenVerdicts(run.effects, run.request);
  const wanted = chooseImages(run, record).map((image) => settleGpu(asDemanded(run.config, image), given, run.target));
  if (!record.publish.decided) return { ...record, run: { ...record.run, command: 'publish' } };
  wanted.forEach((image) => {
    requireSamePolicy(run, image);
    requireStarted(run.config, image, record);
  });
  await checkBeforeBuild(run);
  const attempts = await publishAll(
    run,
    wanted.map((image) => toCandidate(run, image, record)),
  );
  const settled = new Map(wanted.map((image, index) => [image.name, { image, published: attempts[index]?.published }]));
  return {
    ...record,
    run: { ...record.run, command: 'publish', finishedAt: run.effects.clock.now().toISOString() },
    publish: { ...record.publish, target: formatTarget(run.target) },
    images: record.images.map((image) => {
      const { image: judged = image, published } = settled.get(image.name) ?? {};
      return published === undefined ? judged : { ...judged, published: toPublishedRecord(published) };
    }),
    timeline: [...(record.timeline ?? []), ...run.timing.stages],
    problems: attempts.flatMap((attempt) => attempt?.problem ?? []),
  };
}

function refuseStackRecords({ request: { stackRecords = [] } }: Run): void {
  if (stackRecords.length === 0) return;
  throw new Fault('--stack-record goes with --run: what was checked here is started here', {
    remedy: 'Run slipway stack --checked, or publish a run out of staging with --run ID.',
  });
}

async function readLastRecord(run: Run): Promise<RunRecord> {
  const file = recordFileIn(run.request.output);
  if ((await run.effects.files.stat(file)) === undefined) {
    throw new Fault('there is no record of a check', {
      where: file,
      remedy: 'Run slipway check first, with the same --config and --output.',
    });
  }
  return parseRecord(await run.effects.files.readText(file), file);
}

function chooseImages(run: Run, record: RunRecord): readonly ImageRecord[] {
  const { only } = run.request;
  const unknown = only.find((name) => !record.images.some((image) => image.name === name));
  if (unknown !== undefined)
    throw new Fault(`the record has no image ${unknown}`, {
      remedy: `It has ${record.images.map(({ name }) => name).join(', ')}.`,
    });
  return only.length === 0 ? record.images : record.images.filter(({ name }) => only.includes(name));
}

function requireSamePolicy(run: Run, image: ImageRecord): void {
  const config = run.config.images.find(({ name }) => name === image.name);
  if (config !== undefined && policyHash(config, run.config) === image.policyHash) return;
  throw new Fault(`the rules of ${image.name} are not those it was checked with`, {
    ...(run.config.file === undefined ? {} : { where: run.config.file }),
    remedy: 'Run slipway check again: a verdict holds for one digest and one policy.',
  });
}

/** Undefined for an image that was held back before it had bytes: its record says why. */
function toCandidate(run: Run, own: ImageRecord, record: RunRecord): Candidate | undefined {
  const image = { ...own, outcomes: withStackOutcomes(own, record) };
  const { local, digests } = image;
  if (image.status === 'planned') throw refuseUnchecked(`${image.name} was planned but never built`);
  if (local === undefined || digests === undefined) return undefined;
  if (image.sizes === undefined) throw refuseUnchecked(`${image.name} was built but never checked`);
  const expected = toDigests(digests);
  return {
    name: image.name,
    digests: expected,
    judged: expected,
    outcomes: image.outcomes.map(toOutcome),
    tags: image.tags,
    moving: image.moving ?? [],
    lasting: image.lasting ?? [],
    commit: record.source.dirty ? undefined : record.source.commit,
    policyHash: image.policyHash,
    gpu: image.gpu,
    vouched: true,
    record: () => ({ ...record, images: [own] }),
    open: async () => {
      const opened = await run.effects.engineImages.open(local);
      if (opened.digest !== (expected.index ?? expected.manifest)) {
        throw new Fault(`the engine's ${local} is no longer the image that was checked`, {
          remedy: 'Run slipway check again.',
        });
      }
      return opened.source;
    },
  };
}

function refuseUnchecked(message: string): Fault {
  return new Fault(message, { remedy: 'Run slipway check first: only a check proves anything.' });
}
