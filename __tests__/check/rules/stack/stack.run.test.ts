import { expect, test } from '@jest/globals';
import { stackRun } from '../../../../src/check/rules/stack/stack.run.ts';
import type { StackFacts } from '../../../../src/model/facts.ts';
import { aStack, aStackProbe, judgeStackRule } from '../../../support/stack-facts.ts';

const unmet = aStackProbe({ what: 'api: alembic current', problems: ['it ended with exit code 1 instead of 0'] });

test.each<readonly [string, Partial<StackFacts>, readonly string[]]>([
  ['nothing asked', {}, ['skipped', 'no `stack.run` is declared']],
  ['ended as declared', { run: [aStackProbe({ elapsed: 40 })] }, ['passed', '1, the slowest took 40 ms']],
  ['ended otherwise', { run: [unmet] }, ['failed', 'api: alembic current: it ended with exit code 1 instead of 0']],
])('%s', (_, change, expected) => {
  expect(judgeStackRule(stackRun, change)).toEqual(expected);
});

test('nothing is asked of a stack that was not ready', () => {
  const { readyAfter, ...stack } = aStack({ run: [unmet] });
  expect(readyAfter).toBe(1200);
  expect(stackRun.check({ stack }, { settings: {} })).toEqual({
    status: 'skipped',
    reason: 'the stack was not ready: see stack.ready',
  });
});
