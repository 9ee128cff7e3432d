import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';
import { judgeProbes } from '../../stack-probes.ts';

/** Each command of `stack.run`, run in its service, ends as declared. */
export const stackRun = defineRule({
  id: 'stack.run',
  title: 'Each declared command ends as declared in its running service',
  severity: 'error',
  keys: ['stack.run'],
  kinds: ['stack'],
  needs: ['stack'],
  settings: noSettings,
  check: ({ stack }) => judgeProbes(stack, stack.run, 'no `stack.run` is declared'),
});
