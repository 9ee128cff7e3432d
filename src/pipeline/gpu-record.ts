import type { GpuConfig } from '../model/gpu-config.ts';
import type { GpuRecord, GpuVerdict } from '../model/gpu-verdict.ts';

/** What the record keeps of `gpu:`, with the attempts so far. */
export function toGpuRecord(gpu: GpuConfig | undefined, attempts: readonly GpuVerdict[] = []): GpuRecord | undefined {
  if (gpu === undefined) return undefined;
  const { required, onInfra, onSkip } = gpu;
  return { required, onInfra, onSkip, attempts: [...attempts] };
}
