import type { ImageHealthcheck } from '../model/image.ts';

/** What the engine's timetable makes of a service that is ready at one moment; milliseconds after the start. */
export interface HealthForecast {
  /** When the engine says healthy; absent when it gives up before the service is ready. */
  readonly healthyAt?: number;
  /** When the last of `retries` counted probes failed. */
  readonly unhealthyAt?: number;
}

/** Beyond it nobody waits. */
const LONGEST = 3_600_000;

/**
 * The engine's own probe timetable (moby, daemon/health.go): the first probe comes one interval after the start, never at once.
 * `start-interval` counts only inside the start period, and failures count only after it.
 */
export function forecastHealth(check: ImageHealthcheck, readyAt: number): HealthForecast {
  let failures = 0;
  for (const at of probeTimes(check)) {
    if (at >= readyAt) return { healthyAt: at };
    if (at >= check.startPeriod) failures += 1;
    if (failures >= Math.max(1, check.retries)) return { unhealthyAt: at };
  }
  return {};
}

/** The moment up to `latest` at which becoming ready leads to the longest time until healthy, with what it leads to. */
export function worstReadiness(
  check: ImageHealthcheck,
  latest: number,
): { readonly readyAt: number; readonly forecast: HealthForecast } {
  const moments = [0, ...[...probeTimes(check)].filter((at) => at < latest).map((at) => at + 1)];
  const readyAt = moments.at(-1) ?? 0;
  return { readyAt, forecast: forecastHealth(check, readyAt) };
}

/** Times of the engine's probes while the container is starting, each taken to last no time. */
function* probeTimes({ interval, startInterval, startPeriod }: ImageHealthcheck): Generator<number> {
  for (let at = 0; at < LONGEST;) {
    at += Math.max(1, at >= startPeriod ? interval : startInterval);
    yield at;
  }
}
