import type { ReadFragment } from '../model/fragment.ts';
import { isAbout, RUN_ALL_AGAIN, toUntriedOutcome } from '../model/gpu-judgement.ts';
import type { JobsRecord } from '../model/jobs-record.ts';
import type { ImageRecord, ProblemRecord, RunRecord } from '../model/record.ts';
import { verdictsOf } from './gpu-given.ts';
import { withAttempt, withGpuOutcome, withRule } from './gpu-stage.ts';

/** Jobs that run the image on machines of the user's own. */
const GPU_JOBS: readonly string[] = ['gpu', 'gpu-retry'];

/**
 * The fragments with those of the GPU jobs cut down to their verdicts about what was built. Those machines run user code: what else their
 * records say of an image (its sizes, where it was published) others know better.
 */
export function trustVerdictsOnly(plan: RunRecord, fragments: readonly ReadFragment[]): readonly ReadFragment[] {
  const built = fragments
    .filter(({ job }) => job === 'build')
    .flatMap(({ record }) => record.images.filter(({ digests }) => digests !== undefined));
  return fragments.map((fragment) =>
    GPU_JOBS.includes(fragment.job) ? { ...fragment, record: cutDown(plan, fragment.record, built) } : fragment,
  );
}

function cutDown(plan: RunRecord, record: RunRecord, built: readonly ImageRecord[]): RunRecord {
  const verdicts = verdictsOf(record);
  const images = built.flatMap((image) => {
    const { name, digests, policyHash } = image;
    if (digests === undefined || image.gpu === undefined) return [];
    const about = verdicts.filter((one) => one.image === name && isAbout(one, { digests, policyHash }));
    return about.length === 0 ? [] : about.reduce(withAttempt, image);
  });
  const timeline = (record.timeline ?? []).filter(({ stage }) => stage === 'gpu');
  return { ...plan, images, rules: images.length === 0 ? [] : withRule([]), timeline, notes: [], problems: [] };
}

/** Says of images that no GPU job was to try why that is so, and what it means. */
export function sayUntried({ untried = [] }: JobsRecord, image: ImageRecord): ImageRecord {
  const found = untried.find((one) => one.image === image.name);
  if (found === undefined || image.gpu === undefined || image.gpu.attempts.length > 0) return image;
  return withGpuOutcome(image, toUntriedOutcome(image.gpu, `not tried on a GPU: ${found.reason}`, found.wanted));
}

/** What was to be tried on a GPU and has no verdict of anybody, the watching job included: silence is no pass. */
export function missingVerdicts({ gpu }: JobsRecord, images: readonly ImageRecord[], how: string): ProblemRecord[] {
  const asked = new Set(gpu.map(({ image }) => image));
  return images
    .filter(({ name, blocked, gpu: tried }) => asked.has(name) && blocked.length === 0 && !tried?.attempts.length)
    .map(({ name }) => ({
      kind: 'environment',
      message: `${name} has no verdict of a GPU: neither its GPU job nor the one that watches it left one, and ${how}`,
      remedy: RUN_ALL_AGAIN,
    }));
}
