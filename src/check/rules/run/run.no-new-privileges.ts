import { judgeHardened } from '../../hardened-judgement.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** The service is usable where set-uid programs and file capabilities gain nothing. */
export const runNoNewPrivileges = defineRule({
  id: 'run.no-new-privileges',
  title: 'The service works without gaining privileges',
  severity: 'warning',
  keys: ['hardened.no-new-privileges'],
  kinds: ['service'],
  needs: ['hardened'],
  settings: noSettings,
  check: ({ hardened }) =>
    judgeHardened(hardened, {
      flag: 'no-new-privileges',
      under: 'under no-new-privileges',
      allowed: 'no set-uid program and no file capability is needed',
      remedy: 'Do without sudo, set-uid helpers and file capabilities at run time.',
    }),
});
