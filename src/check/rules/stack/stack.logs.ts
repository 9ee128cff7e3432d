import { failWith } from '../../findings.ts';
import { defineRule } from '../../rule.ts';
import { quoteLine } from '../../run-words.ts';
import { noSettings } from '../../settings.ts';

/** No service prints a line that `stack.deny-logs` denies. */
export const stackLogs = defineRule({
  id: 'stack.logs',
  title: 'No service of the stack prints a denied line',
  severity: 'error',
  keys: ['stack.deny-logs'],
  kinds: ['stack'],
  needs: ['stack'],
  settings: noSettings,
  check({ stack: { patterns, denied } }) {
    if (patterns === 0) return { status: 'skipped', reason: 'no `stack.deny-logs` is declared' };
    const findings = denied.map(({ service, line, count, text, pattern, place }) => ({
      message: `${service} printed what ${pattern} denies, ${count === 1 ? 'on' : `${String(count)} times, first on`} line ${String(line)} of its log: ${quoteLine(text)}`,
      place,
      remedy: 'Correct what it complains of, or except the line: { match: …, except: /…/ }.',
    }));
    return failWith(findings, `${String(patterns)} patterns, no line`);
  },
});
