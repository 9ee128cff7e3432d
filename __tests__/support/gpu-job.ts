import type { GpuJob } from '../../src/gpu/job.ts';
import { RUN_LABEL } from '../../src/model/engine.ts';
import type { GpuConfig, GpuPhase } from '../../src/model/gpu-config.ts';
import { digestOf } from '../../src/model/digest.ts';

/** `gpu:` with nothing written but a device of ours. */
export function blankGpu(change: Partial<GpuConfig> = {}): GpuConfig {
  return {
    required: true,
    runsOn: ['self-hosted'],
    retryRunsOn: ['self-hosted'],
    mode: 'auto',
    exec: 'docker',
    device: 'standin.test/gpu=ok',
    count: 1,
    fleet: [],
    canary: 'python:3.11-slim',
    shmSize: 64_000_000,
    network: 'none',
    queueWithin: 1_200_000,
    pullWithin: 60_000,
    stageWithin: 120_000,
    phases: [],
    onInfra: 'block',
    onSkip: 'warn',
    pullRequests: 'always',
    ...change,
  };
}

/** A phase that starts a command. */
export function commandPhase(command: readonly string[], change: Partial<GpuPhase> = {}): GpuPhase {
  return {
    name: command[0] ?? 'phase',
    work: { kind: 'command', command },
    mounts: [],
    within: 30_000,
    expect: { exit: 0 },
    withoutGpu: 'skip',
    place: { file: 'slipway.yml', line: 1 },
    ...change,
  };
}

export function blankJob(change: Partial<GpuJob> = {}): GpuJob {
  const part = 'test-gpu-job';
  return {
    image: 'app',
    requirements: [],
    gpu: blankGpu(),
    digests: { manifest: digestOf('manifest'), config: digestOf('config') },
    directory: '/project',
    env: {},
    redact: (text) => text,
    labels: { [RUN_LABEL]: 'test', 'slipway.part': part },
    label: `slipway.part=${part}`,
    pull: () => Promise.resolve('app:test'),
    ...change,
  };
}
