import type { Clock } from '../model/effects.ts';
import type { StageRecord } from '../model/record.ts';

/** Stages of a run with when and how long; several may overlap. */
export interface Timing {
  readonly stages: readonly StageRecord[];
  /** Does the work and keeps its time, also when it throws. */
  measure<T>(stage: StageRecord['stage'], image: string | undefined, work: () => Promise<T>): Promise<T>;
}

export function makeTiming(clock: Clock): Timing {
  const stages: StageRecord[] = [];
  return {
    stages,
    async measure(stage, image, work) {
      const startedAt = clock.now().getTime();
      const start = clock.monotonic();
      try {
        return await work();
      } finally {
        stages.push({ stage, image, startedAt, elapsed: Math.max(0, Math.round(clock.monotonic() - start)) });
      }
    },
  };
}
