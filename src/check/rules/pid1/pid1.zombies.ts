import { formatDuration } from '../../../model/duration.ts';
import { defineRule } from '../../rule.ts';
import { explainEnd, quoteLine } from '../../run-words.ts';
import { noSettings } from '../../settings.ts';

/** Ordinary programs reap within a second; one that was only just about to is no zombie. */
const LASTING = 3000;

/** PID 1 waits for its dead children: each one it leaves keeps a process id until the container has none left. */
export const pid1Zombies = defineRule({
  id: 'pid1.zombies',
  title: 'The first process reaps its dead children',
  severity: 'warning',
  keys: [],
  kinds: ['service'],
  needs: ['service'],
  instruction: 'CMD',
  settings: noSettings,
  check({ service }) {
    if (service.zombies === undefined) {
      const reason = explainEnd(service) ?? 'the children of PID 1 cannot be read from this host';
      return { status: 'undecided', reason };
    }
    const dead = service.zombies.filter(({ lasting }) => lasting >= LASTING);
    const [oldest] = dead.toSorted((left, right) => right.lasting - left.lasting);
    if (oldest === undefined) return { status: 'passed', seen: 'no dead child' };
    const names = [...new Set(dead.map(({ name }) => name))].slice(0, 5).map((name) => quoteLine(name));
    const finding = {
      message: `PID 1 left ${String(dead.length)} dead ${dead.length === 1 ? 'child' : 'children'} unreaped for up to ${formatDuration(oldest.lasting)}: ${names.join(', ')}`,
      seen: `${String(dead.length)} zombies`,
      allowed: 'none',
      remedy:
        'Start the program under an init that reaps (tini, dumb-init, `init: true`), or let it wait for its children.',
    };
    return { status: 'failed', findings: [finding] };
  },
});
