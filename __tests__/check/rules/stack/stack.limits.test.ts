import { expect, test } from '@jest/globals';
import { stackLimits } from '../../../../src/check/rules/stack/stack.limits.ts';
import type { StackFacts } from '../../../../src/model/facts.ts';
import { aStackService, judgeStackRule } from '../../../support/stack-facts.ts';

test.each<readonly [string, Partial<StackFacts>, readonly string[]]>([
  ['no limits', {}, ['skipped', 'no started service declares a limit']],
  [
    'limits in force',
    { services: [aStackService({ declared: { memory: 1e9, cpus: 0.5 }, inForce: { memory: 1e9, cpus: 0.5 } })] },
    ['passed', 'api 1.00 GB, 0.5 CPUs'],
  ],
  [
    'limits on paper',
    { services: [aStackService({ declared: { memory: 1e9, cpus: 2 }, inForce: { cpus: 1 } })] },
    ['failed', 'api declares 1.00 GB of memory, and no limit is in force', 'api declares 2 CPUs, and 1 is in force'],
  ],
])('%s', (_, change, expected) => {
  expect(judgeStackRule(stackLimits, change)).toEqual(expected);
});
