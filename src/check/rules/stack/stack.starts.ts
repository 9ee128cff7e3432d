import { defineRule } from '../../rule.ts';
import { failWith } from '../../findings.ts';
import { noSettings } from '../../settings.ts';

/** What a stack needs before its first container is there: files, variables, images. */
export const stackStarts = defineRule({
  id: 'stack.starts',
  title: 'Everything that the stack needs is there',
  severity: 'error',
  keys: ['stack.files'],
  kinds: ['stack'],
  needs: ['stack-start'],
  settings: noSettings,
  check: (facts) => failWith(facts['stack-start'].problems),
});
