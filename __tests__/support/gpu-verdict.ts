import { digestOf } from '../../src/model/digest.ts';
import type { GpuRecord, GpuVerdict } from '../../src/model/gpu-verdict.ts';

export const GPU_DIGESTS = { manifest: digestOf('manifest'), config: digestOf('config') };
export const GPU_POLICY = '0'.repeat(64);

/** A verdict of a machine with one GPU; tests spread one change over it. */
export function blankVerdict(change: Partial<GpuVerdict> = {}): GpuVerdict {
  return {
    schema: 'slipway-gpu-verdict/v1',
    tool: { name: 'slipway', version: '0.1.0' },
    image: 'app',
    digests: GPU_DIGESTS,
    policyHash: GPU_POLICY,
    attempt: 1,
    run: { id: 'r1', startedAt: '2030-06-01T12:00:00.000Z', finishedAt: '2030-06-01T12:01:00.000Z' },
    verdict: 'passed',
    standIn: false,
    warnings: [],
    execution: 'docker',
    lost: [],
    canary: {},
    phases: [],
    ...change,
  };
}

/** `gpu:` that asks for a pass. */
export function blankNeed(attempts: readonly GpuVerdict[] = []): GpuRecord {
  return { required: true, onInfra: 'block', onSkip: 'warn', attempts: [...attempts] };
}
