import { expect, test } from '@jest/globals';
import type { ContainerState } from '../../src/model/engine.ts';
import { type Readiness, readNow } from '../../src/stack/watch.ts';
import { makeFakeRun } from '../support/fake-effects.ts';

const EXPECTED = { name: 'worker', job: false, never: false, dependencies: [] };
const END = { exitCode: 124, oomKilled: false, at: 21_000, lasted: 20_000 };
const DEATHS = { last: () => END, finish: () => Promise.resolve() };
const WATCHED = { deaths: DEATHS, expected: [EXPECTED], label: 'l=1', readyWithin: 60_000, staysUp: 5000 };

function healthy(restarts: number): ContainerState {
  return {
    ...{ id: 'c1', status: 'running', running: true, pid: 7, exitCode: 0, oomKilled: false, error: '' },
    ...{ startedAt: 1, restarts, addresses: {} },
    health: { status: 'healthy', failingStreak: 0, log: [] },
  };
}

/** How the worker reads now, when it was ready with `before` restarts. */
async function read(before: number, now: number) {
  const { effects } = makeFakeRun();
  const engine = {
    ...effects.engine,
    listContainers: () => Promise.resolve([{ id: 'c1', labels: { 'com.docker.compose.service': 'worker' } }]),
    inspectContainer: () => Promise.resolve(healthy(now)),
  };
  const ready: Readiness = {
    readings: new Map([['worker', { state: 'healthy', verdict: 'ready', readyAfter: 900 }]]),
    containers: new Map([['worker', [healthy(before)]]]),
    since: 0,
    readyAfter: 900,
  };
  const seen = await readNow({ ...effects, engine }, WATCHED, ready);
  return seen.readings.get('worker');
}

test.each([
  [0, 1, 'once'],
  [1, 3, '2 times'],
])('a service that died behind its restart policy is not ready (%i, then %i restarts)', async (before, now, times) => {
  expect(await read(before, now)).toEqual({
    state: 'restarting',
    verdict: 'failed',
    readyAfter: 900,
    problem: `it ended by itself after 20.0 s with exit code 124 and was started again, ${times} while it was watched`,
  });
});

test('restarts before it was ready are no relapse', async () => {
  expect(await read(2, 2)).toEqual({ state: 'healthy', verdict: 'ready', readyAfter: 900 });
});
