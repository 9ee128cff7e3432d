import { formatDuration } from '../../../model/duration.ts';
import type { ServiceFacts } from '../../../model/facts.ts';
import { defineRule } from '../../rule.ts';
import { explainEnd, quoteLastOutput } from '../../run-words.ts';
import { noSettings } from '../../settings.ts';

/** Time from the start of the process to the first success of an http check, the health test or the port, whichever is declared first in that order. */
export const startupTime = defineRule({
  id: 'startup.time',
  title: 'The service is usable in time after its start',
  severity: 'error',
  keys: ['started-within'],
  kinds: ['service'],
  needs: ['service'],
  settings: noSettings,
  check({ service }, { image }) {
    const { startedWithin } = image;
    const times = [service.firstSuccess?.after, service.secondStart?.after].filter((time) => time !== undefined);
    if (startedWithin === undefined) {
      if (times.length === 0) return { status: 'skipped', reason: '`started-within` is not declared' };
      return { status: 'passed', seen: describeTimes(service) };
    }
    if (times.some((time) => time <= startedWithin)) return { status: 'passed', seen: describeTimes(service) };
    const place = image.places['started-within'];
    const finding = {
      message: explainFailure(service, startedWithin),
      seen: describeTimes(service),
      allowed: formatDuration(startedWithin),
      remedy: 'Do less before listening (imports, migrations, model loading), or allow the time it needs.',
      ...(place === undefined ? {} : { place }),
    };
    return { status: 'failed', findings: [finding] };
  },
});

function explainFailure(service: ServiceFacts, within: number): string {
  const ended = explainEnd(service);
  if (ended !== undefined) return ended;
  if (service.firstSuccess === undefined) return `never usable${quoteLastOutput(service.log)}`;
  const both = service.secondStart === undefined ? '' : ', and a second start was no faster';
  return `usable only after ${formatDuration(service.firstSuccess.after)}, ${formatDuration(within)} allowed${both}`;
}

function describeTimes({ firstSuccess, secondStart }: ServiceFacts): string {
  if (firstSuccess === undefined) return 'never';
  const first = `${formatDuration(firstSuccess.after)} (by ${firstSuccess.by})`;
  if (secondStart === undefined) return first;
  return `${first}, second start ${secondStart.after === undefined ? 'not in time' : formatDuration(secondStart.after)}`;
}
