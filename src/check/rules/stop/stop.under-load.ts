import { formatDuration } from '../../../model/duration.ts';
import { loadSettings } from '../../load-settings.ts';
import { defineRule } from '../../rule.ts';

/** Requests that were sent before the stop are answered before the end. */
export const stopUnderLoad = defineRule({
  id: 'stop.under-load',
  title: 'Requests under way are answered before the service stops',
  severity: 'off',
  keys: [],
  kinds: ['service'],
  needs: ['load'],
  instruction: 'CMD',
  settings: loadSettings,
  check({ load }) {
    const { requests, inFlight, lost, stop, path } = load;
    const seen = `${String(inFlight)} requests under way, ${String(lost.length)} lost`;
    if (lost.length === 0) {
      return {
        status: 'passed',
        seen: `${seen} of ${String(requests)}, stopped after ${formatDuration(stop.elapsed)}`,
      };
    }
    const finding = {
      message: `stopped in the middle of ${String(inFlight)} requests to ${path}, it lost ${String(lost.length)}: ${[...new Set(lost)].join('; ')}`,
      seen,
      allowed: 'none lost',
      remedy: `On ${stop.signal} close the listening socket, finish what is under way and end only then, within the grace.`,
    };
    return { status: 'failed', findings: [finding] };
  },
});
