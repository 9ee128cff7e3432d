import { digestOf } from '../../src/model/digest.ts';
import type { GpuPhaseResult, GpuRecord, GpuVerdict } from '../../src/model/gpu-verdict.ts';

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

/** Two attempts: a machine that was at fault, then an image that did not use its GPU, with something of everything reports show. */
export function aGpuRecord(): GpuRecord {
  const diagnosis = {
    rule: 'canary-cuda',
    message: 'the CUDA driver does not work',
    remedy: 'Look at the machine.',
    seen: 'cuInit: error 999',
  };
  const host: GpuVerdict['host'] = {
    driver: '550.54.15',
    cuda: '12.4',
    docker: '28.5.2',
    notes: ['processes are not listed'],
    devices: [
      {
        index: 0,
        uuid: 'GPU-1',
        name: 'NVIDIA L4',
        sm: '8.9',
        memoryTotal: 24e9,
        memoryUsed: 3e6,
        mig: false,
        persistence: true,
      },
    ],
  };
  const injection = {
    asked: 'auto',
    happened: 'cdi' as const,
    device: 'nvidia.com/gpu=all',
    why: 'the engine found it',
  };
  const well = { image: 'python:3.12-slim', passed: true, elapsed: 400, listed: ['GPU-1'] };
  const base = { image: 'inference', host, injection };
  return blankNeed([
    blankVerdict({
      ...base,
      verdict: 'infra',
      diagnosis,
      canary: { before: { ...well, passed: false, detail: 'cuInit: error 999' } },
    }),
    blankVerdict({
      ...base,
      attempt: 2,
      verdict: 'failed',
      standIn: true,
      run: { id: 'r2', runner: 'gpu-1', startedAt: '2026-01-02T03:04:05.000Z', finishedAt: '2026-01-02T03:05:05.000Z' },
      diagnosis: {
        ...diagnosis,
        rule: 'gpu-not-used',
        message: 'infer: the phase passed without using the GPU',
        seen: 'memory rose by 0 B',
      },
      warnings: [
        { rule: 'throttled', message: 'the GPU was held down by heat', remedy: 'Cool it.', seen: 'hw_slowdown' },
      ],
      lost: ['the image’s ENTRYPOINT and USER'],
      pull: { elapsed: 12_000, id: GPU_DIGESTS.manifest },
      canary: { before: well, after: well },
      phases: [
        phaseResult('see', 'passed'),
        phaseResult('infer', 'failed'),
        { ...phaseResult('last', 'not-run'), runs: [], log: [] },
      ],
      xid: { observed: true, how: 'dmesg', lines: ['NVRM: Xid (PCI:0000:01:00): 31, pid=7'] },
      leftOver: { released: false, after: 15_000, bytes: 1e9 },
    }),
  ]);
}

function phaseResult(name: string, status: GpuPhaseResult['status']): GpuPhaseResult {
  const series = [0, 500, 1000, 1500].map((at, index) => ({
    at,
    utilization: index === 2 ? null : index * 30,
    memory: index * 1_000_000_000,
  }));
  return {
    name,
    status,
    argv: ['python', '-m', name],
    elapsed: 9000,
    runs: [5200, 3900, 4000],
    exitCode: status === 'failed' ? 1 : 0,
    timedOut: false,
    outOfMemory: false,
    expectations: [{ what: 'exit 0', seen: '1', passed: status !== 'failed' }],
    samples: {
      count: 8,
      dropped: 2,
      utilization: { max: 90, median: 90, mean: 90, reached: 1 },
      memory: { baseline: 0, peak: 3e9, rise: 3e9 },
      temperature: 61,
      power: 70.5,
      throttled: ['hw_slowdown'],
      pids: [7],
      series,
    },
    withoutGpu: { expected: 'it fails', seen: 'it failed with exit 1', passed: true, elapsed: 900 },
    log: ['loading the model', 'done'],
  };
}
