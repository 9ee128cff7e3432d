import { policyHash } from '../config/policy-hash.ts';
import { describeImage } from '../image/describe.ts';
import type { ImageConfig } from '../model/config.ts';
import type { OpenedImage } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import { formatPlatform, type ImageDescription } from '../model/image.ts';
import type { SourceEvent } from '../model/plan.ts';
import { recordFileIn } from '../model/record-file.ts';
import { parseRecord } from '../model/record-parse.ts';
import type { ImageRecord, RunRecord } from '../model/record.ts';
import { formatTarget } from '../model/target.ts';
import { blankRecord, blankRun } from './blank-record.ts';
import { choosePolicy } from './gate-config.ts';
import { locateGiven, openGiven } from './given-image.ts';
import { toGpuRecord } from './gpu-record.ts';
import { findProven } from './promotion-source.ts';
import { chooseNames } from './promote.ts';
import { requireOfThisRun } from './publish-staged.ts';
import type { Run } from './run.ts';
import { stagingOf, stagingTag } from './staging.ts';

/** One image to try, with what was said of it before. */
export interface GpuCandidate {
  readonly config: ImageConfig & Required<Pick<ImageConfig, 'gpu'>>;
  readonly image: ImageRecord;
  readonly description: ImageDescription;
  /** What the engine runs; it is pulled by digest where it is not there yet. */
  give(): Promise<string>;
}

export interface GpuCandidates {
  /** What the jobs before know; the verdicts are added to it. */
  readonly record: RunRecord;
  readonly candidates: readonly GpuCandidate[];
}

/** The images of the config that have a `gpu:`, as far as they were asked for. Throws a Fault where none has. */
export function gpuImages({ config, request }: Run): readonly GpuCandidate['config'][] {
  const names = chooseNames({ config, request });
  const wanted = config.images.filter(({ name }) => names.includes(name));
  const found = wanted.flatMap((image) => (image.gpu === undefined ? [] : [{ ...image, gpu: image.gpu }]));
  if (found.length > 0) return found;
  throw new Fault('no image has anything to try on a GPU', {
    ...(config.file === undefined ? {} : { where: config.file }),
    remedy: 'Write gpu: below the image, with phases that use it.',
  });
}

/** Candidates of a workflow run, out of staging by digest. */
export async function findStagedCandidates(run: Run, id: string, event: SourceEvent): Promise<GpuCandidates> {
  const place = stagingOf(run.config);
  const found: { readonly candidate: GpuCandidate; readonly record: RunRecord }[] = [];
  for (const config of gpuImages(run)) {
    const proven = await findProven(run, config.name, { tag: stagingTag(id, config.name) }, [place]);
    if (proven === undefined) {
      throw new Fault(`${config.name} has no candidate of the run ${id} in staging`, {
        where: `${formatTarget(place)}/${config.name}`,
        remedy: 'See why its build job blocked it.',
      });
    }
    requireOfThisRun(run, proven, id, event);
    found.push({ candidate: await toCandidate(run, config, proven.image, proven.opened), record: proven.record });
  }
  const [first] = found;
  if (first === undefined) throw new Error('no candidate');
  const images = found.map(({ candidate }) => candidate.image);
  return { record: { ...first.record, images }, candidates: found.map(({ candidate }) => candidate) };
}

/** What the last check in the output folder cleared, as the engine still holds it. */
export async function findCheckedCandidates(run: Run): Promise<GpuCandidates> {
  const file = recordFileIn(run.request.output);
  const { files, engineImages } = run.effects;
  const wanted = gpuImages(run);
  if ((await files.stat(file)) === undefined) {
    throw new Fault('there is no record of a check', {
      where: file,
      remedy: 'Run slipway check first with the same --output, name an image reference, or --run ID for staging.',
    });
  }
  const record = parseRecord(await files.readText(file), file);
  const candidates: GpuCandidate[] = [];
  for (const config of wanted) {
    const image = record.images.find(({ name }) => name === config.name);
    if (image?.local === undefined || image.sizes === undefined) {
      throw new Fault(`the record has no checked image ${config.name}`, {
        where: file,
        remedy: 'Run slipway check again.',
      });
    }
    if (image.policyHash !== policyHash(config, run.config)) {
      throw new Fault(`the rules of ${config.name} are not those it was checked with`, {
        where: file,
        remedy: 'Run slipway check again: a verdict holds for one digest and one policy.',
      });
    }
    const { local } = image;
    candidates.push(await toCandidate(run, config, image, await engineImages.open(local), local));
  }
  return { record, candidates };
}

/** Images that anything built, named on the command line. */
export async function findGivenCandidates(run: Run, event: SourceEvent): Promise<GpuCandidates> {
  const candidates: GpuCandidate[] = [];
  for (const text of run.request.given ?? []) {
    const place = await locateGiven(run.effects.files, text, run.request.directory);
    for (const given of await openGiven(run.effects, place)) {
      const { image } = choosePolicy(run.config, run.request, given);
      if (image.gpu === undefined) {
        throw new Fault(`${given.reference} is judged as ${image.name}, which has nothing to try on a GPU`, {
          remedy: 'Name the image of the config that is meant: --only IMAGE.',
        });
      }
      const config = { ...image, gpu: image.gpu };
      candidates.push(await toCandidate(run, config, blankRecord(run, config, given.reference, 'tried'), given.opened));
    }
  }
  return {
    record: blankRun(
      run,
      event,
      candidates.map(({ image }) => image),
      'an image is only tried on a GPU',
    ),
    candidates,
  };
}

async function toCandidate(
  { effects }: Run,
  config: GpuCandidate['config'],
  image: ImageRecord,
  opened: OpenedImage,
  local?: string,
): Promise<GpuCandidate> {
  const platform = image.platform ?? config.platforms[0] ?? 'linux/amd64';
  const description = await describeImage(opened.source, opened.digest, { platform });
  if (image.digests !== undefined && image.digests.manifest !== description.digests.manifest) {
    throw new Fault(`${config.name}: ${opened.source.description} no longer holds the image that was checked`, {
      remedy: 'Run slipway check again.',
    });
  }
  return {
    config,
    description,
    image: {
      ...image,
      digests: { ...description.digests },
      platform: formatPlatform(description.platform),
      gpu: image.gpu ?? toGpuRecord(config.gpu),
    },
    give: async () => local ?? effects.engineImages.take(opened.source, description),
  };
}
