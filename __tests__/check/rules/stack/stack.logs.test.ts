import { expect, test } from '@jest/globals';
import { stackLogs } from '../../../../src/check/rules/stack/stack.logs.ts';
import type { StackFacts } from '../../../../src/model/facts.ts';
import { judgeStackRule } from '../../../support/stack-facts.ts';

const place = { file: 'slipway.yml', line: 12 };

test.each<readonly [string, Partial<StackFacts>, readonly string[]]>([
  ['no pattern', {}, ['skipped', 'no `stack.deny-logs` is declared']],
  ['silence', { patterns: 2 }, ['passed', '2 patterns, no line']],
  [
    'a denied line',
    { patterns: 1, denied: [{ service: 'api', line: 7, count: 3, text: 'ERROR x', pattern: '/error/i', place }] },
    ['failed', 'api printed what /error/i denies, 3 times, first on line 7 of its log: "ERROR x"'],
  ],
])('%s', (_, change, expected) => {
  expect(judgeStackRule(stackLogs, change)).toEqual(expected);
});
