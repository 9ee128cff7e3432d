import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../model/effects.ts';

/** The machine's own time. */
export function makeClock(): Clock {
  return {
    now: () => new Date(),
    monotonic: () => performance.now(),
    sleep: (milliseconds, signal) => setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal }),
  };
}
