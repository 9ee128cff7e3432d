import type { StackRestartFacts } from '../../../model/facts.ts';
import type { Finding } from '../../../model/verdict.ts';
import { failWith } from '../../findings.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';
import { describeProbe } from '../../stack-probes.ts';

/** What was written is still there after a restart and after `down` and `up`, by a check that did not hold before the write. */
export const stackRestart = defineRule({
  id: 'stack.restart',
  title: 'What was written to the stack survives a restart',
  severity: 'error',
  keys: ['stack.survives-restart'],
  kinds: ['stack'],
  needs: ['stack'],
  settings: noSettings,
  check({ stack: { restart } }) {
    if (restart === undefined)
      return { status: 'skipped', reason: 'no `stack.survives-restart` is declared, or the stack was not ready' };
    if (restart.blind) return failWith([BLIND]);
    if (restart.phases.length === 0)
      return { status: 'skipped', reason: 'the stack did not answer as declared: see the other stack rules' };
    return failWith(restart.phases.flatMap(describePhase), 'the data was there after a restart and after down and up');
  },
});

const BLIND: Finding = {
  message:
    'every read of survives-restart held before anything was written: an app that forgets its data would pass it',
  remedy:
    'Let one read ask for what the write puts in, such as json: [{ name: … }]; and keep data of earlier runs out of the stack (no bind mount of a data folder).',
};

function describePhase({ phase, failed, down }: StackRestartFacts['phases'][number]): Finding[] {
  if (down !== undefined) {
    const remedy =
      'Make the service start over its own data; the log of both starts is in the output folder, under stack/.';
    return [{ message: `${phase} the stack did not become ready again: ${down}`, remedy }];
  }
  const lost = phase.startsWith('after a') || phase.startsWith('after down');
  return failed.flatMap((probe) =>
    describeProbe(probe, `${phase}: `).map((finding) =>
      lost ? { ...finding, remedy: 'Keep the data in a named volume of the service that owns it.' } : finding,
    ),
  );
}
