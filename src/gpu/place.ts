import type { Effects } from '../model/effects.ts';
import type { ContainerSpec } from '../model/engine.ts';
import type { GpuMount, GpuProbe } from '../model/gpu-config.ts';
import { lastLines, neverStarted, type RunEnd, type RunLimits, runContainer } from './container.ts';
import type { Injection } from './injection.ts';
import { CUDA_PROBE, TORCH_PROBE } from './programs.ts';

/** What a phase starts: its own command, or one of our programs in the image's Python. */
export type Work =
  | { readonly kind: 'command'; readonly command: readonly string[]; readonly mounts: readonly GpuMount[] }
  | { readonly kind: 'probe'; readonly probe: GpuProbe };

/** Where work meets the GPU: a container of the engine, or this very container. */
export interface GpuPlace {
  /** `gpu: false` runs the same without any device. */
  run(work: Work, limits: RunLimits, options: { readonly gpu: boolean }): Promise<RunEnd>;
  /** Host pids of what runs; empty where they cannot be told. */
  pidsOf(id: string): Promise<readonly number[]>;
}

/** The image as the engine's containers run it. */
export interface DockerPlaceOptions {
  /** What every container of the stage has. */
  readonly spec: Omit<ContainerSpec, 'devices'>;
  readonly injection: Injection;
  readonly count: number;
  /** Folder mounts are relative to, absolute. */
  readonly directory: string;
}

/** Containers without network, capabilities and new privileges (gpu.md, "Security model"). */
export function makeDockerPlace(
  effects: Pick<Effects, 'engine' | 'clock'>,
  { spec, injection, count, directory }: DockerPlaceOptions,
): GpuPlace {
  const start = (more: Partial<ContainerSpec>, limits: RunLimits, gpu: boolean): Promise<RunEnd> =>
    runContainer(effects, { ...spec, ...more, ...devicesOf(spec, injection, gpu) }, limits);
  return {
    async run(work, limits, { gpu }) {
      if (work.kind === 'command') {
        const mounts = work.mounts.map(({ source, target }) => ({ source: `${directory}/${source}`, target }));
        return start({ command: work.command, ...(mounts.length === 0 ? {} : { mounts }) }, limits, gpu);
      }
      const argv = describeProbe(work.probe, count);
      const end = await start({ entrypoint: ['python3', ...argv], command: [] }, limits, gpu);
      if (!end.startError?.includes('python3')) return end;
      const again = await start({ entrypoint: ['python', ...argv], command: [] }, limits, gpu);
      return again.startError === undefined ? again : end;
    },
    pidsOf: async (id) => (await effects.engine.top(id)).map(({ pid }) => pid),
  };
}

/** Arguments of a Python interpreter. */
export function describeProbe(probe: GpuProbe, count: number): readonly string[] {
  return ['-c', probe === 'cuda' ? CUDA_PROBE : TORCH_PROBE, String(count)];
}

/** Without devices: an engine whose default runtime is NVIDIA's gives them to every image that asks in its environment. */
function devicesOf(
  spec: Pick<ContainerSpec, 'env'>,
  { request, env }: Injection,
  gpu: boolean,
): Partial<ContainerSpec> {
  if (gpu) return { devices: request, env: { ...spec.env, ...env } };
  return { env: { ...spec.env, NVIDIA_VISIBLE_DEVICES: 'void' } };
}

/** What the same runs without a container lose; the report says so. */
export const IN_IMAGE_LOSSES: readonly string[] = [
  'the image’s ENTRYPOINT and USER: the phases run as this job’s own user, without the entrypoint',
  'the pulled digest: what runs is the container this job was started in, named by the workflow',
  'isolation: the phases have this job’s network, mounts and capabilities',
  'the run without a GPU hides devices by environment only (CUDA_VISIBLE_DEVICES)',
  'which process computes: process ids of another namespace cannot be matched',
];

/** Processes of this container, which is the image itself: Kubernetes runners have no engine. */
export function makeImagePlace(
  { processes, clock }: Pick<Effects, 'processes' | 'clock'>,
  options: { readonly count: number; readonly directory: string; readonly env: Readonly<Record<string, string>> },
): GpuPlace {
  return {
    async run(work, limits, { gpu }) {
      const env = gpu ? options.env : { ...options.env, CUDA_VISIBLE_DEVICES: '-1', NVIDIA_VISIBLE_DEVICES: 'void' };
      const argv = work.kind === 'command' ? work.command : ['python3', ...describeProbe(work.probe, options.count)];
      return runProcess({ processes, clock }, argv, { ...limits, env, cwd: options.directory });
    },
    pidsOf: () => Promise.resolve([]),
  };
}

type ProcessLimits = RunLimits & { readonly env: Readonly<Record<string, string>>; readonly cwd: string };

async function runProcess(
  { processes, clock }: Pick<Effects, 'processes' | 'clock'>,
  argv: readonly string[],
  { within, signal, onStart, env, cwd }: ProcessLimits,
): Promise<RunEnd> {
  const [program = '', ...words] = argv;
  const begin = clock.monotonic();
  onStart?.('');
  try {
    const end = await processes.run(program, words, { deadline: within, signal, env, cwd });
    return {
      exitCode: end.exitCode,
      elapsed: clock.monotonic() - begin,
      timedOut: end.timedOut,
      cancelled: signal.aborted && !end.timedOut,
      outOfMemory: end.exitCode === 137 && !end.timedOut && !signal.aborted,
      stdout: end.stdout,
      stderr: end.stderr,
      tail: lastLines(`${end.stdout}\n${end.stderr}`),
    };
  } catch (error) {
    return neverStarted(error);
  }
}
