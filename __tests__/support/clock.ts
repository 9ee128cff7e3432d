import type { Clock } from '../../src/model/effects.ts';

export interface ScriptedClock extends Clock {
  /** Milliseconds of every sleep asked for. */
  readonly sleeps: number[];
}

/** Time that stands still until somebody sleeps, and then jumps: no test waits. */
export function makeScriptedClock(start = '2030-06-01T12:00:00Z'): ScriptedClock {
  const sleeps: number[] = [];
  let elapsed = 0;
  return {
    sleeps,
    now: () => new Date(Date.parse(start) + elapsed),
    monotonic: () => elapsed,
    sleep: (milliseconds, signal) => {
      signal?.throwIfAborted();
      sleeps.push(milliseconds);
      elapsed += milliseconds;
      return Promise.resolve();
    },
  };
}
