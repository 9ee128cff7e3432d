import type { StageEffects } from './job.ts';

/** The time of a whole stage: phase < stage < job, so that a verdict can always be written. */
export interface StageTime {
  /** Aborted when the time is over or the run was stopped from outside. */
  readonly signal: AbortSignal;
  late(): boolean;
  stopped(): boolean;
  end(): void;
}

/** Starts the clock of a stage; `within` in milliseconds. */
export function startStageTime({ clock, signal }: Pick<StageEffects, 'clock' | 'signal'>, within: number): StageTime {
  const over = new AbortController();
  const done = new AbortController();
  void clock.sleep(within, done.signal).then(
    () => {
      over.abort();
    },
    () => undefined,
  );
  return {
    signal: AbortSignal.any([over.signal, signal]),
    late: () => over.signal.aborted,
    stopped: () => signal.aborted,
    end: () => {
      done.abort();
    },
  };
}
