import { formatDuration } from '../../../model/duration.ts';
import { defineRule } from '../../rule.ts';
import { explainEnd, quoteLastProbe } from '../../run-words.ts';
import { noSettings } from '../../settings.ts';

/** Once healthy it stays healthy: two of three failing probes still count as healthy for an engine. */
export const healthStable = defineRule({
  id: 'health.stable',
  title: 'The health test keeps passing once the container is healthy',
  severity: 'warning',
  keys: ['healthy-within'],
  kinds: ['service'],
  needs: ['service'],
  instruction: 'HEALTHCHECK',
  settings: noSettings,
  check({ service }) {
    const { health } = service;
    if (health.status === 'none' && service.startError === undefined) {
      return { status: 'skipped', reason: 'the image has no HEALTHCHECK' };
    }
    const { stability } = health;
    if (stability === undefined) {
      return { status: 'undecided', reason: 'the container never became healthy, so nothing could be watched' };
    }
    const ended = explainEnd(service);
    const failed = stability.failures.length;
    const probes = `${String(stability.probes)} probes`;
    if (failed === 0 && ended === undefined) return { status: 'passed', seen: `${probes} passed` };
    const first = stability.failures[0];
    const when = first === undefined ? '' : `, first ${formatDuration(first.at)} after the start`;
    const flapping = `after healthy the test failed ${String(failed)} times in ${probes}${when}${quoteLastProbe(stability.failures)}`;
    const finding = {
      message: ended ?? flapping,
      seen: `${String(failed)} failures`,
      allowed: 'none',
      remedy: 'Find out what the test waits for that comes and goes; a longer --timeout helps only when it is slow.',
    };
    return { status: 'failed', findings: [finding] };
  },
});
