import { z } from 'zod';
import type { ImageConfig } from '../../../model/config.ts';
import { formatDuration } from '../../../model/duration.ts';
import type { ImageHealthcheck } from '../../../model/image.ts';
import type { Finding } from '../../../model/verdict.ts';
import { forecastHealth, worstReadiness, type HealthForecast } from '../../health-schedule.ts';
import { defineRule } from '../../rule.ts';
import { durationSetting } from '../../settings.ts';

const MOST_WAIT = 10_000;
const settings = z.strictObject({
  wait: durationSetting
    .optional()
    .meta({ description: 'Longest time between ready and healthy, such as 10s.', usual: '10s' }),
});

/** The HEALTHCHECK's timetable says healthy soon after the service is ready: engines probe first after one whole interval. */
export const healthCadence = defineRule({
  id: 'health.cadence',
  title: 'The timetable of the HEALTHCHECK says healthy soon after the service is ready',
  severity: 'warning',
  keys: [],
  kinds: ['service'],
  needs: ['image', 'service'],
  instruction: 'HEALTHCHECK',
  settings,
  check({ image: description, service }, { image, settings: { wait = MOST_WAIT } }) {
    const { healthcheck } = description.config;
    if (healthcheck === undefined || service.health.status === 'none') {
      return { status: 'skipped', reason: 'the image has no HEALTHCHECK that was executed' };
    }
    const { firstPassAfter: readyAt, healthyAfter } = service.health;
    if (readyAt === undefined) {
      if (healthyAfter === undefined) return { status: 'undecided', reason: 'the health test never passed' };
      // The engine's probe came before ours: nothing was waited for.
      return { status: 'passed', seen: `healthy at ${formatDuration(healthyAfter)}, at the first pass` };
    }
    const forecast = forecastHealth(healthcheck, readyAt);
    const problem = complainAbout(healthcheck, readyAt, forecast, wait) ?? complainAboutWorst(healthcheck, image);
    if (problem !== undefined) return { status: 'failed', findings: [problem] };
    return { status: 'passed', seen: describe(readyAt, forecast) };
  },
});

function describe(readyAt: number, { healthyAt, unhealthyAt }: HealthForecast): string {
  const ready = `ready at ${formatDuration(readyAt)}`;
  if (healthyAt !== undefined) return `${ready} ⇒ healthy at ${formatDuration(healthyAt)}`;
  return `${ready}, but given up ${unhealthyAt === undefined ? 'before' : `at ${formatDuration(unhealthyAt)}`}`;
}

function complainAbout(
  check: ImageHealthcheck,
  readyAt: number,
  forecast: HealthForecast,
  wait: number,
): Finding | undefined {
  const { healthyAt } = forecast;
  if (healthyAt !== undefined && healthyAt - readyAt <= wait) return undefined;
  return {
    message: `${describe(readyAt, forecast)}: ${explain(check)}`,
    seen: healthyAt === undefined ? 'unhealthy' : `${formatDuration(healthyAt - readyAt)} later`,
    allowed: `${formatDuration(wait)} after ready`,
    remedy: advise(check),
  };
}

/** Any start within `started-within` must end up healthy within `healthy-within`. */
function complainAboutWorst(check: ImageHealthcheck, image: ImageConfig): Finding | undefined {
  const { startedWithin, healthyWithin } = image;
  if (startedWithin === undefined || !image.written.has('started-within')) return undefined;
  const { readyAt, forecast } = worstReadiness(check, startedWithin);
  if (forecast.healthyAt !== undefined && forecast.healthyAt <= healthyWithin) return undefined;
  const allowed = `healthy within ${formatDuration(healthyWithin)}`;
  return {
    message: `a start that \`started-within\` allows is healthy too late: ${describe(readyAt, forecast)}, ${explain(check)}`,
    seen: describe(readyAt, forecast),
    allowed,
    remedy: advise(check),
  };
}

function explain({ interval, startPeriod, startInterval }: ImageHealthcheck): string {
  if (startPeriod === 0)
    return `without a start period the first probe comes after one interval (${formatDuration(interval)})`;
  return `probes come every ${formatDuration(startInterval)} in the start period of ${formatDuration(startPeriod)}, then every ${formatDuration(interval)}`;
}

function advise({ startPeriod }: ImageHealthcheck): string {
  return startPeriod === 0
    ? 'Add --start-period (longer than any start) with --start-interval=1s, or lower --interval.'
    : 'Make --start-period longer than any start, add --start-interval=1s, or lower --interval.';
}
