import type { Clock } from './effects.ts';

/** Sleeps until the time is over or the signal ends it, whichever is first; never throws. */
export async function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  try {
    await clock.sleep(Math.max(0, milliseconds), signal);
  } catch (error) {
    if (!isOver(signal)) throw error;
  }
}

/** Whether the signal has been given by now; a function, because it changes between two looks. */
export function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
