import type { ImageConfig } from '../../src/model/config.ts';
import type { FleetGpu, GpuConfig } from '../../src/model/gpu-config.ts';
import { blankImage } from './blank.ts';

/** The `gpu:` part of an image of which nothing was written but `{}`. */
export function blankGpu(change: Partial<GpuConfig> = {}): GpuConfig {
  return {
    required: true,
    runsOn: ['self-hosted', 'linux', 'gpu'],
    retryRunsOn: ['self-hosted', 'linux', 'gpu'],
    mode: 'auto',
    exec: 'docker',
    device: 'nvidia.com/gpu=all',
    count: 1,
    fleet: [],
    canary: 'python:3.12-slim',
    shmSize: 64_000_000,
    network: 'none',
    queueWithin: 1_200_000,
    pullWithin: 900_000,
    stageWithin: 1_800_000,
    phases: [],
    onInfra: 'block',
    onSkip: 'warn',
    ...change,
  };
}

/** An image that is declared for these GPUs. */
export function gpuImage(fleet: readonly FleetGpu[], change: Partial<GpuConfig> = {}): ImageConfig {
  return blankImage({ kind: 'job', gpu: blankGpu({ fleet, ...change }) });
}
