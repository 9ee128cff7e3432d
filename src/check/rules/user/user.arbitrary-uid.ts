import { formatDuration } from '../../../model/duration.ts';
import type { TrialRun } from '../../../model/facts.ts';
import { describeUsable } from '../../hardened-judgement.ts';
import { defineRule } from '../../rule.ts';
import { quoteLastOutput } from '../../run-words.ts';
import { noSettings } from '../../settings.ts';

/** Python and what is built on it look up the name and home of their uid. */
const NAMELESS =
  /getpwuid|getpass|KeyError: ['"]?(?:getpwuid|uid not found)|No passwd entry|cannot find name for user ID|inductor/i;
const FORBIDDEN = /permission denied|EACCES|read-only|not writable/i;

/** The service works under a uid that nobody gave it, in the root group, as OpenShift starts every container. */
export const userArbitraryUid = defineRule({
  id: 'user.arbitrary-uid',
  title: 'The service works under an arbitrary uid',
  severity: 'off',
  keys: [],
  kinds: ['service'],
  needs: ['arbitrary-uid'],
  instruction: 'USER',
  settings: noSettings,
  check({ 'arbitrary-uid': trial }) {
    if (trial.usable) return { status: 'passed', seen: describeUsable(trial) };
    const message = `not usable as uid 1002700000, gid 0: ${trial.problem ?? 'given up'}${quoteLastOutput(trial.log)}`;
    const seen = `not usable after ${formatDuration(trial.after)}`;
    const finding = { message, seen, allowed: 'usable under any uid in group 0', remedy: adviseOn(trial) };
    return { status: 'failed', findings: [finding] };
  },
});

function adviseOn({ problem = '', log }: TrialRun): string {
  const said = [problem, ...log].join('\n');
  if (NAMELESS.test(said)) return 'Set a name and a home for a uid without an account: ENV USER=app HOME=/tmp.';
  if (FORBIDDEN.test(said))
    return 'Give the root group what the user has: chgrp -R 0 DIR && chmod -R g=u DIR, in the layer that makes it.';
  return 'Run it by hand with --user 1002700000:0; usual causes are HOME, USER and folders that only one uid may write.';
}
