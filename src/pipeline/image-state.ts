import type { OpenedImage } from '../model/effects.ts';
import { type FactTable, mapFact } from '../model/facts.ts';
import { formatPlatform, type BuiltImage, type BuildFailure } from '../model/image.ts';
import type { GpuVerdict } from '../model/gpu-verdict.ts';
import type { PlannedImage } from '../model/plan.ts';
import type { PublishedImage } from '../model/published.ts';
import type { ImageRecord } from '../model/record.ts';
import { isBlocking, type RuleOutcome } from '../model/verdict.ts';
import { toGpuRecord } from './gpu-record.ts';
import { sizeRecord } from './size-record.ts';

/** What one run knows of one image so far; each stage returns a new one. */
export interface ImageState {
  readonly planned: PlannedImage;
  readonly outcomes: readonly RuleOutcome[];
  readonly facts: FactTable;
  readonly built?: BuiltImage | undefined;
  /** How the user named an image that was not built here. */
  readonly given?: string;
  /** The bytes that were judged, still open for publishing. */
  readonly opened?: OpenedImage;
  readonly failure?: BuildFailure;
  /** Why it was not built although nothing is wrong with it. */
  readonly notBuilt?: string;
  /** As a candidate in the staging repository. */
  /** What attempts on a GPU came to. */
  readonly tried?: readonly GpuVerdict[];
  readonly staged?: PublishedImage;
  readonly published?: PublishedImage;
  /** Of the stack that starts it: what blocks the stack blocks the image. */
  readonly shared?: readonly RuleOutcome[];
}

/** Reasons that keep the image from being published, empty when there are none. */
export function blockedReasons(state: ImageState): string[] {
  const nameBlocking = (outcomes: readonly RuleOutcome[]): string[] =>
    outcomes.filter(isBlocking).map((outcome) => `${outcome.rule} ${outcome.status}`);
  const reasons = [...nameBlocking(state.outcomes), ...nameBlocking(state.shared ?? []).map((why) => `stack: ${why}`)];
  if (state.failure !== undefined) reasons.unshift('the build failed');
  if (state.notBuilt !== undefined && reasons.length === 0) reasons.push(`not built: ${state.notBuilt}`);
  return reasons;
}

/** The image's part of the record. */
export function toImageRecord(state: ImageState): ImageRecord {
  const { planned, built, facts } = state;
  const { config } = planned;
  return {
    name: planned.name,
    kind: config.kind,
    reason: planned.reason,
    policyHash: planned.policyHash,
    dockerfile: state.given === undefined ? config.dockerfile : undefined,
    tags: [...planned.tags],
    moving: [...planned.moving],
    lasting: [...planned.lasting],
    status: statusOf(state),
    given: state.given,
    local: state.given === undefined ? built?.runnable : undefined,
    platform: mapFact(facts.image, (image) => formatPlatform(image.platform)),
    digests: built?.digests,
    context: mapFact(planned.context, ({ bytes, files }) => ({ bytes, files })),
    build: toBuild(state),
    ...sizeRecord(facts, config.target),
    baseline: toBaseline(facts),
    budget: { unpacked: config.size.unpacked, download: config.size.download },
    user: mapFact(facts.image, (image) => image.config.user),
    timings: toTimings(facts),
    gpu: toGpuRecord(config.gpu, state.tried),
    outcomes: state.outcomes.map((outcome) => ({ ...outcome, findings: [...outcome.findings] })),
    blocked: blockedReasons(state),
    staged: state.staged && toPublishedRecord(state.staged),
    published: state.published && toPublishedRecord(state.published),
  };
}

function statusOf(state: ImageState): ImageRecord['status'] {
  if (state.built !== undefined || state.given !== undefined) return 'built';
  if (state.failure !== undefined) return 'failed';
  return state.notBuilt === undefined && blockedReasons(state).length === 0 ? 'planned' : 'not-built';
}

function toBuild({ built, failure, notBuilt, given }: ImageState): ImageRecord['build'] {
  if (given !== undefined || (built === undefined && failure === undefined && notBuilt === undefined)) return undefined;
  const steps = built?.steps ?? [];
  return {
    elapsed: built?.buildElapsed ?? 0,
    steps: steps.length,
    cached: steps.filter((step) => step.cached).length,
    timeline: steps.length === 0 ? undefined : steps.map((step) => ({ ...step })),
    failure: failure && { ...failure, log: [...failure.log] },
    note: notBuilt,
  };
}

function toTimings(facts: FactTable): ImageRecord['timings'] {
  const service = mapFact(facts.service, (value) => value);
  const jobs = mapFact(facts.jobs, (value) => value);
  if (service === undefined && jobs === undefined) return undefined;
  return {
    healthy: service?.health.healthyAfter,
    firstSuccess: service?.firstSuccess?.after,
    stop: service?.stop?.elapsed,
    memoryPeak: (service ?? jobs)?.memory.peak,
  };
}

function toBaseline(facts: FactTable): ImageRecord['baseline'] {
  return mapFact(facts.baseline, ({ reference, digest, downloadBytes, unpackedBytes, layers }) => ({
    reference,
    digest,
    download: downloadBytes,
    unpacked: unpackedBytes,
    layers: layers.map((layer) => ({ digest: layer.digest, diffId: layer.diffId, unpacked: layer.unpackedBytes })),
  }));
}

/** What the record keeps of a published image. */
export function toPublishedRecord(published: PublishedImage): ImageRecord['published'] {
  const {
    reference,
    digest,
    tags,
    attached,
    notAttached,
    uploadedBlobs,
    mountedBlobs,
    presentBlobs,
    uploadedBytes,
    elapsed,
    retries,
  } = published;
  return {
    reference,
    digest,
    tags: [...tags],
    attached: [...attached],
    ...(notAttached.length === 0 ? {} : { notAttached: [...notAttached] }),
    uploadedBlobs,
    ...(mountedBlobs === 0 ? {} : { mountedBlobs }),
    presentBlobs,
    uploadedBytes,
    elapsed,
    retries: [...retries],
  };
}
