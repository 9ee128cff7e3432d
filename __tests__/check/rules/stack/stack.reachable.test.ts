import { expect, test } from '@jest/globals';
import { stackReachable } from '../../../../src/check/rules/stack/stack.reachable.ts';
import type { StackFacts } from '../../../../src/model/facts.ts';
import { aStackService, judgeStackRule } from '../../../support/stack-facts.ts';

const DB = aStackService({ name: 'db' });

test.each<readonly [string, Partial<StackFacts>, readonly string[]]>([
  ['closed', {}, ['passed', 'no port of the host is taken']],
  [
    'open as declared',
    { hostPorts: ['api'], services: [aStackService({ published: ['0.0.0.0:80'] })] },
    ['passed', 'api on 0.0.0.0:80'],
  ],
  [
    'open, closed and unknown against what is declared',
    { hostPorts: ['db', 'web'], services: [aStackService({ published: ['0.0.0.0:80'] }), DB] },
    [
      'failed',
      'api can be reached on 0.0.0.0:80, and stack.host-ports does not name it',
      'stack.host-ports names db, which publishes nothing',
      'stack.host-ports names web, and the stack has no such service',
    ],
  ],
])('%s', (_, change, expected) => {
  expect(judgeStackRule(stackReachable, change)).toEqual(expected);
});
