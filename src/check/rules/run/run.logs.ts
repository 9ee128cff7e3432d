import { z } from 'zod';
import { regexValue } from '../../../config/values.ts';
import type { Finding, Judgement } from '../../../model/verdict.ts';
import { defineRule } from '../../rule.ts';
import { quoteLine } from '../../run-words.ts';

/** How programs say that something broke which nobody caught. */
const TROUBLE: readonly RegExp[] = [
  /Traceback \(most recent call last\)/,
  /^panic: /,
  /^fatal error: all goroutines are asleep/,
  /^Exception in thread "/,
  /UnhandledPromiseRejection/,
];
/** Lines that hold these are never quoted. */
const SECRETS: readonly (readonly [string, RegExp])[] = [
  ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/],
  ['an AWS access key', /\bAKIA[0-9A-Z]{16}\b/],
  ['a GitHub token', /\bgh[pousr]_[A-Za-z0-9]{36,}\b/],
  ['a Google API key', /\bAIza[\w-]{35}\b/],
  ['a JSON web token', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/],
  ['a URL with a password', /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:(?!\*+@)[^\s:/@]+@/i],
];
const SHOWN = 5;

const settings = z.strictObject({
  deny: z
    .array(regexValue)
    .optional()
    .meta({ description: 'Lines that must not appear, as /…/; default: tracebacks, panics and uncaught exceptions.' }),
});

/** The container's own output holds no sign of trouble and no secret. */
export const runLogs = defineRule({
  id: 'run.logs',
  title: 'The output of the container holds no uncaught error and no secret',
  severity: 'off',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['logs'],
  settings,
  check({ logs }, { settings: { deny = TROUBLE } }): Judgement {
    const [first, ...others] = logs.lines.flatMap((line, index) => judgeLine(line, index, deny));
    if (first !== undefined) return { status: 'failed', findings: [first, ...others.slice(0, SHOWN - 1)] };
    return { status: 'passed', seen: `${String(logs.lines.length)} lines` };
  },
});

function judgeLine(line: string, index: number, deny: readonly RegExp[]): Finding[] {
  const number = `line ${String(index + 1)} of the output`;
  const secret = SECRETS.find(([, pattern]) => pattern.test(line));
  if (secret !== undefined) {
    return [
      {
        message: `${number} shows ${secret[0]}`,
        allowed: 'no secret in the output',
        remedy: 'Take it out of the log statement, and replace the secret where it was a real one.',
      },
    ];
  }
  const denied = deny.find((pattern) => pattern.test(line));
  if (denied === undefined) return [];
  return [
    {
      message: `${number} matches ${String(denied)}: ${quoteLine(line)}`,
      allowed: `no line like ${String(denied)}`,
      remedy: 'Handle the error, or write your own `deny` list where the line is harmless.',
    },
  ];
}
