import { abandonOn } from './abandon.ts';
import { whenAllEnded } from './all-ended.ts';
import { layerCompression } from '../image/media-types.ts';
import { readImage } from '../image/read.ts';
import type { Effects } from '../model/effects.ts';
import { type DockerfileFacts, type Fact, type FactName, type FactTable, known as found } from '../model/facts.ts';
import { pullableDigest } from '../model/image.ts';
import { findBaseLayers } from './base-layers.ts';
import { DERIVED, deriveFacts } from './derive.ts';
import { gatherKnown, type KnownRequest } from './gather-known.ts';
import { observeRuns, RUN_FACTS, type RunsRequest } from './gather-runs.ts';
import { levelOf } from './policy.ts';
import { type BaselinePlace, findBaseline } from './probes/baseline.ts';
import type { AnyRule } from './rule.ts';

const STATIC: readonly FactName[] = [
  'image',
  'sizes',
  'waste',
  'weight',
  'accounts',
  'files',
  'secrets',
  'attestations',
  'known-values',
];

export interface GatherRequest extends RunsRequest, KnownRequest {
  /** Where the base branch publishes the image. */
  readonly baseline?: BaselinePlace | undefined;
  /** Why uncompressed layers are not those that a registry would hold. */
  readonly repacked?: string | undefined;
  /** The image it was built from, where the user says so. */
  readonly base?: string | undefined;
  /** Names the base image where its provenance does not. */
  readonly dockerfile?: Fact<DockerfileFacts> | undefined;
  /** The union of their needs decides what is measured. */
  readonly rules: readonly AnyRule[];
}

/** Measures what the rules need of one image, each probe at most once; a probe that cannot run makes its facts undecided, never absent. */
export async function gatherFacts(effects: Effects, request: GatherRequest): Promise<FactTable> {
  const { rules, image, config } = request;
  const active = rules.filter((rule) => !['off', undefined].includes(levelOf(rule, image, config)));
  const needed = new Set(active.flatMap((rule) => rule.needs));
  const nowhere: BaselinePlace = { unknown: 'it is not known where the base branch publishes' };
  const need = image.size.growth === undefined ? 'told' : 'judged';
  const [baseline, read, run] = await whenAllEnded([
    needed.has('baseline') ? findBaseline(effects, request.baseline ?? nowhere, request.platform, need) : undefined,
    [...STATIC, ...DERIVED].some((name) => needed.has(name)) ? readAndDerive(effects, request, needed) : {},
    RUN_FACTS.some((name) => needed.has(name)) ? observeRuns(effects, request, needed) : {},
  ]);
  return { ...read, ...run, ...(baseline === undefined ? {} : { baseline }) };
}

async function readAndDerive(
  effects: Effects,
  request: GatherRequest,
  needed: ReadonlySet<FactName>,
): Promise<FactTable> {
  const read = await abandonOn(effects.signal, readBytes(effects, request));
  return { ...read, ...(await deriveFacts(effects, request, read, needed)) };
}

async function readBytes(effects: Effects, request: GatherRequest): Promise<FactTable> {
  const { source, platform } = request;
  const digest = pullableDigest(request.built.digests);
  const base = await findBaseLayers(effects, { ...request, digest });
  const known = request.known?.names.length === 0 ? undefined : request.known;
  const read = await readImage(source, digest, { cache: effects.cache, platform, known, ...base });
  const { knownHits, ...facts } = read;
  const reading = { ...facts, 'known-values': await gatherKnown(effects, request, knownHits) };
  const { repacked } = request;
  const { sizes } = reading;
  if (repacked === undefined || sizes.state !== 'known') return reading;
  const plain = sizes.value.layers.some(({ mediaType }) => layerCompression(mediaType) === 'none');
  return plain ? { ...reading, sizes: found({ ...sizes.value, repacked }) } : reading;
}
