import { expect, test } from '@jest/globals';
import type { ContainerState } from '../../src/model/engine.ts';
import type { StackContainer } from '../../src/stack/containers.ts';
import { readService, type ServiceExpectation } from '../../src/stack/readiness.ts';

const SERVICE: ServiceExpectation = { name: 'api', job: false, never: false, dependencies: ['db'] };
const RUNNING: ContainerState = {
  id: 'c',
  status: 'running',
  running: true,
  pid: 7,
  exitCode: 0,
  oomKilled: false,
  error: '',
  startedAt: 10_000,
  restarts: 0,
  addresses: {},
};
const ENDED = { running: false, status: 'exited', finishedAt: 12_000 } as const;
const health = (status: 'starting' | 'healthy' | 'unhealthy') => ({
  health: { status, failingStreak: 3, log: [{ start: 0, end: 1, exitCode: 1, output: 'no\nroute' }] },
});

test.each<readonly [string, Partial<ServiceExpectation>, Partial<StackContainer> | undefined, string]>([
  ['not there', {}, undefined, 'waiting waiting it was not started: it waits for db'],
  ['not there, for nobody', { dependencies: [] }, undefined, 'waiting waiting it was not started'],
  [
    'refused',
    {},
    { startedAt: undefined as never, error: 'no such file' },
    'ended failed it could not be started: no such file',
  ],
  ['healthy', {}, health('healthy'), 'healthy ready '],
  [
    'starting',
    {},
    health('starting'),
    'starting waiting its health check has not passed yet; the last one ended with 1 and said "no route"',
  ],
  [
    'unhealthy',
    {},
    health('unhealthy'),
    'unhealthy failed its health check failed 3 times in a row; the last one ended with 1 and said "no route"',
  ],
  ['running long enough', {}, {}, 'running ready '],
  ['running not long enough', {}, { startedAt: 18_000 }, 'running waiting it has not been running for 5.0 s yet'],
  ['ended', {}, { ...ENDED, exitCode: 3 }, 'ended failed it ended by itself after 2.0 s with exit code 3'],
  ['ended with 0, which nobody meant', {}, ENDED, 'ended failed it ended by itself after 2.0 s with exit code 0'],
  ['ended with 0 as meant', { job: true }, ENDED, 'done ready '],
  ['ended with 0 and never restarted', { never: true }, ENDED, 'done ready '],
  [
    'a job that failed',
    { job: true },
    { ...ENDED, exitCode: 1 },
    'ended failed it ended by itself after 2.0 s with exit code 1',
  ],
  ['a job under way', { job: true }, {}, 'running waiting it has not ended yet'],
  [
    'killed for memory',
    {},
    { ...ENDED, exitCode: 137, oomKilled: true, limits: { memory: 64e6 } },
    'ended failed it was killed for memory after 2.0 s (its limit is 64.0 MB)',
  ],
  [
    'restarting',
    {},
    { ...ENDED, status: 'restarting', exitCode: 1, restarts: 2 },
    'restarting waiting it ends and is started again: it ended by itself after 2.0 s with exit code 1 after 2 restarts',
  ],
  [
    'restarted too often',
    {},
    { restarts: 5, finishedAt: 9_000, exitCode: 1 },
    'restarting failed it ends and is started again: it ended by itself with exit code 1 after 5 restarts',
  ],
  [
    'restarted too often, whose last end was told',
    {},
    { restarts: 5, finishedAt: 9_000, lastEnd: { exitCode: 137, oomKilled: true, at: 9_000, lasted: 3_000 } },
    'restarting failed it ends and is started again: it was killed for memory after 3.0 s after 5 restarts',
  ],
  [
    'starting once more',
    {},
    { ...health('starting'), restarts: 1, lastEnd: { exitCode: 3, oomKilled: false, at: 9_000, lasted: 4_000 } },
    'starting waiting it ended by itself after 4.0 s with exit code 3 and was started again; its health check has not passed yet; the last one ended with 1 and said "no route"',
  ],
  [
    'ended before this start',
    {},
    { ...ENDED, finishedAt: 4_000 },
    'waiting waiting it was not started: it waits for db',
  ],
])('a service that is %s', (_, expectation, change, expected) => {
  const state = change === undefined ? undefined : { ...RUNNING, ...change };
  const read = readService({ ...SERVICE, ...expectation }, state, { now: 20_000, staysUp: 5_000, since: 5_000 });
  expect(`${read.state} ${read.verdict} ${read.problem ?? ''}`).toBe(expected);
});
