import type { GpuUse } from '../model/gpu-config.ts';
import type { GpuSamples } from '../model/gpu-verdict.ts';
import { formatSize } from '../model/size.ts';
import { type Problem, sight } from './problem.ts';
import { namesOfThrottles, type Sample, type Sampling } from './sampler.ts';

/** The query itself can wake an idle GPU: an L40S reads 100 % with no process at all. */
const DROPPED = 2;
const LONGEST_SERIES = 240;

/** What the samples of one phase come to; `baseline`: bytes in use before, `ours`: host pids of the container. */
export function summarize(
  { samples, pids }: Sampling,
  baseline: number | undefined,
  ours: ReadonlySet<number>,
  use: GpuUse | undefined,
): GpuSamples {
  const kept = samples.slice(DROPPED);
  const utilizations = kept.flatMap(({ utilization }) => utilization ?? []).sort((one, other) => one - other);
  const memories = kept.flatMap(({ memory }) => memory ?? []);
  const bits = kept.reduce((all, { reasons }) => all | reasons, 0);
  const temperature = highest(kept.flatMap((sample) => sample.temperature ?? []));
  const power = highest(kept.flatMap((sample) => sample.power ?? []));
  const peak = highest(memories);
  const before = baseline ?? (memories[0] === undefined ? undefined : Math.min(...memories));
  return {
    count: kept.length,
    dropped: samples.length - kept.length,
    ...(utilizations.length === 0 ? {} : { utilization: describeShare(utilizations, use?.utilization ?? 1) }),
    ...(peak === undefined || before === undefined
      ? {}
      : { memory: { baseline: before, peak, rise: Math.max(0, peak - before) } }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(power === undefined ? {} : { power }),
    throttled: namesOfThrottles(bits),
    pids: [...pids].filter((pid) => ours.has(pid)).slice(0, 64),
    series: thin(samples).map(({ at, utilization, memory }) => ({ at: Math.round(at), utilization, memory })),
  };
}

function highest(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values);
}

function describeShare(sorted: readonly number[], enough: number): NonNullable<GpuSamples['utilization']> {
  const sum = sorted.reduce((all, share) => all + share, 0);
  return {
    max: sorted.at(-1) ?? 0,
    median: sorted[Math.floor(sorted.length / 2)] ?? 0,
    mean: Math.round((sum / sorted.length) * 10) / 10,
    reached: sorted.filter((share) => share >= enough).length,
  };
}

/** At most so many points as a chart can show, the highest of each group. */
function thin(samples: readonly Sample[]): Sample[] {
  const group = Math.ceil(samples.length / LONGEST_SERIES);
  if (group <= 1) return [...samples];
  return Array.from({ length: Math.ceil(samples.length / group) }, (_, index) =>
    samples
      .slice(index * group, (index + 1) * group)
      .reduce((most, sample) => ((sample.memory ?? 0) > (most.memory ?? 0) ? sample : most)),
  );
}

/**
 * Whether the GPU was used as demanded: two of memory, utilisation and a process of the container (gpu.md check 12).
 * A MIG device has no utilisation: there memory and process must both be seen.
 */
export function judgeUse(use: GpuUse, seen: GpuSamples, mig: boolean): Problem | undefined {
  if (seen.count === 0) return sight('sampler-silent');
  const memory = (seen.memory?.rise ?? 0) >= use.memory;
  const utilization = !mig && (seen.utilization?.reached ?? 0) >= use.samples;
  const process = seen.pids.length > 0;
  if ([memory, utilization, process].filter(Boolean).length >= 2) return judgeBudget(use, seen);
  return sight('gpu-not-used', describeUse(use, seen, mig));
}

function judgeBudget({ memoryMax }: GpuUse, { memory }: GpuSamples): Problem | undefined {
  const peak = Math.max(memory?.rise ?? 0, memory?.counted ?? 0);
  if (memoryMax === undefined || peak <= memoryMax) return undefined;
  return sight('memory-budget', `${formatSize(peak)} at the peak, ${formatSize(memoryMax)} are allowed`);
}

/** The three signs in words. */
export function describeUse(use: GpuUse, seen: GpuSamples, mig: boolean): string {
  const memory = `memory rose by ${formatSize(seen.memory?.rise ?? 0)} (${formatSize(use.memory)} wanted)`;
  const share = mig
    ? 'utilisation is not told for MIG'
    : `${String(seen.utilization?.reached ?? 0)} of ${String(seen.count)} samples at ${String(use.utilization)} % or more (${String(use.samples)} wanted)`;
  const process = seen.pids.length > 0 ? 'the driver saw its process' : 'the driver saw no process of the container';
  return [memory, share, process].join('; ');
}
