import pRetry from 'p-retry';
import type { Clock } from '../model/effects.ts';
import { formatDuration } from '../model/duration.ts';
import { Fault } from '../model/fault.ts';
import { problemOf, withAttempts } from './registry-problem.ts';

export interface RetryContext {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told about every failure that is retried. */
  readonly report: (line: string) => void;
  /** Default five. */
  readonly attempts?: number;
  /** Milliseconds after which nothing is begun anew; default: only the attempts count. */
  readonly within?: number;
}
/** Runs something again while it fails for a reason that passes. */
export type Retry = <T>(attempt: (attemptNumber: number) => Promise<T>) => Promise<T>;

const ATTEMPTS = 5;
/** Upper bounds of the pause before each further attempt, milliseconds; the pause itself is random below it, so that many runs do not return together. */
const PAUSES = [200, 620, 1900, 6000] as const;
/** Longer than this nobody wants to wait for a registry that asks for it. */
const LONGEST_WAIT = 60_000;

/** Tries temporary problems five times in all, unless told otherwise; everything else, and a registry that asks for more than a minute, fails at once. */
export function makeRetry({ clock, signal, report, attempts = ATTEMPTS, within = Infinity }: RetryContext): Retry {
  return async (attempt) => {
    const end = clock.monotonic() + within;
    const mayPass = (error: Error): boolean => isWorthwhile(error) && clock.monotonic() < end;
    let failed = 0;
    try {
      return await pRetry(attempt, {
        retries: attempts - 1,
        minTimeout: 0,
        signal,
        shouldRetry: ({ error }) => mayPass(error),
        onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
          failed = attemptNumber;
          if (retriesLeft === 0 || !mayPass(error)) return;
          const pause = Math.min(pauseAfter(error, attemptNumber), Math.max(0, end - clock.monotonic()));
          report(
            `${error.message}; attempt ${String(attemptNumber + 1)} of ${String(attempts)} in ${formatDuration(pause)}`,
          );
          await clock.sleep(pause, signal);
        },
      });
    } catch (error) {
      throw failed > 1 && error instanceof Fault ? withAttempts(error, failed) : error;
    }
  };
}

function isWorthwhile(error: Error): boolean {
  const problem = problemOf(error);
  return problem?.temporary === true && (problem.retryAfter ?? 0) <= LONGEST_WAIT;
}

function pauseAfter(error: Error, attemptNumber: number): number {
  const random = Math.random() * (PAUSES[attemptNumber - 1] ?? LONGEST_WAIT);
  return Math.round(random + (problemOf(error)?.retryAfter ?? 0));
}
