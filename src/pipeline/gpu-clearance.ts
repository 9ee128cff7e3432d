import { GPU_RULE, type GpuSubject, keepAttempts, judgeGpuForPublishing } from '../model/gpu-judgement.ts';
import type { Config } from '../model/config.ts';
import type { GpuVerdict } from '../model/gpu-verdict.ts';
import type { ImageRecord } from '../model/record.ts';
import type { Target } from '../model/target.ts';
import { isBlocking } from '../model/verdict.ts';
import type { GpuClearance } from '../publish/clear.ts';
import type { Candidate } from './candidate.ts';
import { toGpuRecord } from './gpu-record.ts';
import { toDigests } from './record-digests.ts';

/** What has to be shown before a candidate goes to the target. */
export function clearanceOf({ gpu, digests, policyHash }: Candidate, target: Target): GpuClearance {
  if (gpu === undefined) return 'none';
  return { need: gpu, attempts: gpu.attempts, subject: { digests, policyHash, strict: isStrict(target) } };
}

/** Whether others than this machine can read what is put there: what a stand-in said is not enough then. */
export function isStrict(target: Target): boolean {
  return target.type === 'registry' && !/^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?(\/|$)/.test(target.location);
}

/** Several jobs may hand the same verdict over. */
function distinct(attempts: readonly GpuVerdict[]): GpuVerdict[] {
  return [...new Map(attempts.map((attempt) => [`${attempt.run.id} ${String(attempt.attempt)}`, attempt])).values()];
}

/** The image with what the config asks for: a record says what was tried, not what is demanded. */
export function asDemanded(config: Config, image: ImageRecord): ImageRecord {
  const gpu = config.images.find(({ name }) => name === image.name)?.gpu;
  return gpu === undefined ? image : { ...image, gpu: toGpuRecord(gpu, image.gpu?.attempts) };
}

/** The image with what the GPU stage means for publishing it, and with verdicts that other jobs gave. */
export function settleGpu(image: ImageRecord, given: readonly GpuVerdict[], target: Target): ImageRecord {
  if (image.gpu === undefined || image.digests === undefined) return image;
  const about = given.filter((one) => one.image === image.name);
  const gpu = { ...image.gpu, attempts: keepAttempts(distinct([...image.gpu.attempts, ...about])) };
  const subject: GpuSubject = {
    digests: toDigests(image.digests),
    policyHash: image.policyHash,
    strict: isStrict(target),
  };
  const { findings, ...outcome } = judgeGpuForPublishing(gpu, gpu.attempts, subject);
  const others = image.blocked.filter((why) => !why.startsWith(GPU_RULE));
  return {
    ...image,
    gpu,
    outcomes: [
      ...image.outcomes.filter(({ rule }) => rule !== GPU_RULE),
      { ...outcome, findings: findings.map((finding) => ({ ...finding })) },
    ],
    blocked: [...others, ...(isBlocking({ ...outcome }) ? [`${GPU_RULE} ${outcome.status}`] : [])],
  };
}
