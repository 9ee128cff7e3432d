import { formatDuration, parseDuration } from '../../../model/duration.ts';
import { builtInstructions } from '../../dockerfile-place.ts';
import { failWith } from '../../findings.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** The engine's own value where nothing is written (moby, daemon/health.go). */
const START_INTERVAL = 5000;

/** A start period that ends before the first probe of it protects nothing: that probe's failure counts already. */
export const healthStartPeriod = defineRule({
  id: 'health.start-period',
  title: 'The start period of the HEALTHCHECK covers at least one probe',
  severity: 'warning',
  keys: [],
  kinds: ['service'],
  needs: ['dockerfile'],
  settings: noSettings,
  check({ dockerfile }, { image }) {
    const check = builtInstructions(dockerfile, image.target).findLast(({ keyword }) => keyword === 'HEALTHCHECK');
    if (check === undefined || /^NONE\b/i.test(check.text.trim())) {
      return { status: 'skipped', reason: 'the Dockerfile has no HEALTHCHECK' };
    }
    const period = optionOf(check.text, 'start-period');
    if (period === undefined || period === 0) return { status: 'skipped', reason: 'no start period is written' };
    const every = optionOf(check.text, 'start-interval') ?? START_INTERVAL;
    if (period > every) return { status: 'passed', seen: formatDuration(period) };
    const interval = optionOf(check.text, 'interval') ?? 30_000;
    const piece = check.lines.find(({ text }) => text.includes('--start-period')) ?? check;
    return failWith([
      {
        message: `the start period of ${formatDuration(period)} ends with its first probe at ${formatDuration(every)}: a service that is not ready by then waits ${formatDuration(interval)} for the next one, and the failure counts`,
        seen: formatDuration(period),
        allowed: `more than ${formatDuration(every)}`,
        place: { file: dockerfile.file, line: piece.line },
        remedy:
          'Set --start-period to the longest start you accept; within it probes come every --start-interval and failures do not count.',
      },
    ]);
  },
});

function optionOf(text: string, name: string): number | undefined {
  const written = new RegExp(`--${name}=["']?([^\\s"']+)`).exec(text)?.[1];
  return written === undefined ? undefined : parseDuration(written);
}
