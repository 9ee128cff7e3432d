import type { ImageConfig } from '../../src/model/config.ts';
import type { FleetGpu, GpuConfig } from '../../src/model/gpu-config.ts';
import { blankImage } from './blank.ts';
import { blankGpu } from './gpu-job.ts';

/** An image that is declared for these GPUs. */
export function gpuImage(fleet: readonly FleetGpu[], change: Partial<GpuConfig> = {}): ImageConfig {
  return blankImage({ kind: 'job', gpu: blankGpu({ fleet, ...change }) });
}
