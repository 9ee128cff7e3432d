import { expect, test } from '@jest/globals';
import { stackReady } from '../../../../src/check/rules/stack/stack.ready.ts';
import type { StackFacts } from '../../../../src/model/facts.ts';
import { aStackService, judgeStackRule } from '../../../support/stack-facts.ts';

const DB = aStackService({ name: 'db', state: 'waiting', pending: true, problem: 'it was not started' });

test.each<readonly [string, Partial<StackFacts>, readonly string[]]>([
  ['ready', {}, ['passed', '1 services, ready after 1.2 s']],
  [
    'who waits is counted, not blamed',
    { services: [aStackService({ state: 'unhealthy', problem: 'it is sick', log: ['a', 'b'] }), DB] },
    [
      'failed',
      'api: it was ready after 1.2 s, then it is sick; its last output was "a ⏎ b"; 1 more service was not ready yet',
    ],
  ],
  [
    'what says why is quoted although more was printed after it',
    { services: [aStackService({ state: 'ended', problem: 'it is gone', log: ['bye'], trouble: 'KeyError: 1' })] },
    ['failed', 'api: it was ready after 1.2 s, then it is gone; it printed "KeyError: 1"'],
  ],
  [
    'of lines that are too long together the last ones are quoted',
    { services: [aStackService({ state: 'ended', problem: 'it is gone', log: ['x'.repeat(150), 'stopping', 'bye'] })] },
    ['failed', 'api: it was ready after 1.2 s, then it is gone; its last output was "stopping ⏎ bye"'],
  ],
  [
    'alone, it is named',
    { services: [DB] },
    ['failed', 'db: it was ready after 1.2 s, then it was not started; it printed nothing'],
  ],
])('%s', (_, change, expected) => {
  expect(judgeStackRule(stackReady, change)).toEqual(expected);
});
