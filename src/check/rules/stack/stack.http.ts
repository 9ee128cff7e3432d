import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';
import { judgeProbes } from '../../stack-probes.ts';

/** Each request of `stack.http`, sent in the stack's own network, gets the declared answer. */
export const stackHttp = defineRule({
  id: 'stack.http',
  title: 'The running stack answers each declared request as declared',
  severity: 'error',
  keys: ['stack.http'],
  kinds: ['stack'],
  needs: ['stack'],
  settings: noSettings,
  check: ({ stack }) => judgeProbes(stack, stack.http, 'no `stack.http` is declared'),
});
