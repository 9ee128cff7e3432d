import { expect, test } from '@jest/globals';
import type { StackContainer } from '../../src/stack/containers.ts';
import { describeStumbles } from '../../src/stack/stumbles.ts';
import { makeFakeRun } from '../support/fake-effects.ts';

const DEATH = { exitCode: 3, oomKilled: false, at: 9_000, lasted: 4_000 };

async function describe(change: Partial<StackContainer>, printed: readonly string[] = []) {
  const state = { ...(await makeFakeRun().effects.engine.inspectContainer('c1')), ...change };
  const until = () => Promise.resolve(printed);
  return describeStumbles({ containers: new Map([['db', [state]]]) }, { until });
}

test('a service that ended before it was ready is told, with what it had printed', async () => {
  expect(await describe({ restarts: 1, lastEnd: DEATH }, ['a', 'ERROR: no type vectors', 'LINE 5'])).toEqual([
    'db was started again while the stack started: it ended by itself after 4.0 s with exit code 3; it had printed "ERROR: no type vectors"',
  ]);
  expect(await describe({ restarts: 1, lastEnd: DEATH })).toEqual([
    'db was started again while the stack started: it ended by itself after 4.0 s with exit code 3',
  ]);
});

test('one that did not end is not', async () => {
  expect(await describe({})).toEqual([]);
});
