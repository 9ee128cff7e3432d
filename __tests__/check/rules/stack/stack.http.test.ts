import { expect, test } from '@jest/globals';
import { stackHttp } from '../../../../src/check/rules/stack/stack.http.ts';
import type { StackFacts } from '../../../../src/model/facts.ts';
import { aStack, aStackProbe, judgeStackRule } from '../../../support/stack-facts.ts';

const REFUSED = 'nothing listens on port 80 of api (it listens on 90)';
const unmet = aStackProbe({ problems: ['status 500 instead of 200'], attempts: 3, said: 'oops\n' });

test.each<readonly [string, Partial<StackFacts>, readonly string[]]>([
  ['nothing asked', {}, ['skipped', 'no `stack.http` is declared']],
  ['answered', { http: [aStackProbe({ elapsed: 12 })] }, ['passed', '1, the slowest took 12 ms']],
  [
    'not answered',
    { http: [unmet] },
    ['failed', 'GET http://api/: status 500 instead of 200 after 3 attempts; it said "oops"'],
  ],
  [
    'failed, and the service said why',
    {
      http: [
        aStackProbe({ problems: ['status 500 instead of 200'], trouble: { service: 'api', line: 'KeyError: 1' } }),
      ],
    },
    ['failed', 'GET http://api/: status 500 instead of 200; api printed "KeyError: 1"'],
  ],
  [
    'nobody there, for the same reason',
    {
      http: ['GET http://api/', 'POST http://api/x', 'GET http://db/'].map((what, index) =>
        aStackProbe({ what, problems: [index < 2 ? REFUSED : 'nothing listens on port 80 of db'] }),
      ),
    },
    [
      'failed',
      'GET http://api/ and 1 more request: nothing listens on port 80 of api (it listens on 90)',
      'GET http://db/: nothing listens on port 80 of db',
    ],
  ],
])('%s', (_, change, expected) => {
  expect(judgeStackRule(stackHttp, change)).toEqual(expected);
});

test('nothing is asked of a stack that was not ready', () => {
  const { readyAfter, ...stack } = aStack({ http: [unmet] });
  expect(readyAfter).toBe(1200);
  expect(stackHttp.check({ stack }, { settings: {} })).toEqual({
    status: 'skipped',
    reason: 'the stack was not ready: see stack.ready',
  });
});
