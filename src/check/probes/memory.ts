import type { ImageConfig } from '../../model/config.ts';
import type { MemoryObservation } from '../../model/facts.ts';
import type { SampledMemory } from './process-sampler.ts';

/** A kill counts whoever reports it: the engine can miss that of a child, and the kernel's counter goes away with the container. */
export function describeMemory(
  image: Pick<ImageConfig, 'memory'>,
  sampled: SampledMemory,
  engineSaysKilled: boolean,
): MemoryObservation {
  return {
    ...(image.memory === undefined ? {} : { limit: image.memory }),
    ...(sampled.peak === undefined ? {} : { peak: sampled.peak }),
    oomKilled: engineSaysKilled || (sampled.kills ?? 0) > 0,
  };
}
