import { judgeHardened } from '../../hardened-judgement.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** The service is usable with every capability dropped, as the restricted Pod Security Standard wants it. */
export const runCapDropAll = defineRule({
  id: 'run.cap-drop-all',
  title: 'The service works without any capability',
  severity: 'warning',
  keys: ['hardened.cap-drop'],
  kinds: ['service'],
  needs: ['hardened'],
  settings: noSettings,
  check: ({ hardened }) =>
    judgeHardened(hardened, {
      flag: 'cap-drop',
      under: 'with all capabilities dropped',
      allowed: 'no capability',
      remedy:
        'Start as the user it runs as instead of dropping to it (chown, su-exec, gosu and setpriv need capabilities), and listen above port 1023.',
    }),
});
