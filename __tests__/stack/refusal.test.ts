import { expect, test } from '@jest/globals';
import { blameNamed, explainRefusal } from '../../src/stack/refusal.ts';
import type { Reading } from '../../src/stack/readiness.ts';

const WAITING: Reading = { state: 'restarting', verdict: 'waiting', problem: 'it ends and is started again' };
const READY: Reading = { state: 'healthy', verdict: 'ready' };
const NO_COMPOSE = { files: [], services: [], versions: [] };
const named = (rest: string): string =>
  ` Container slipway-0a-stack-db-1  Error\ndependency failed to start: container slipway-0a-stack-db-1 ${rest}\n`;

test.each<readonly [string, Reading, string, string]>([
  ['a service on its way', WAITING, named('is unhealthy'), 'failed it ends and is started again'],
  [
    'a service that is back already',
    READY,
    named('exited (3)'),
    'failed it was not there any more for those that wait for it: compose says that it exited (3)',
  ],
  [
    'a service that cannot become healthy',
    READY,
    named('has no healthcheck configured'),
    'failed another service waits for it to be healthy, and it has no health check',
  ],
  ['nobody', WAITING, 'no space left on device', 'waiting it ends and is started again'],
  [
    'a container of somebody else',
    WAITING,
    named('is unhealthy').replaceAll('slipway', 'x'),
    'waiting it ends and is started again',
  ],
])('compose gives up on %s', (_, reading, said, expected) => {
  const blamed = blameNamed(new Map([['db', reading]]), said).get('db');
  expect(`${blamed?.verdict ?? ''} ${blamed?.problem ?? ''}`).toBe(expected);
});

test('what no service is to blame for keeps the stack from starting, in compose’s last words', () => {
  const readings = new Map([['db', WAITING]]);
  const refusal = 'time="x" level=warning msg="other"\nno space left on device\n Container x  Starting\n';
  expect(explainRefusal({ refusal, readings }, NO_COMPOSE)?.message).toBe(
    'the stack could not be started: no space left on device',
  );
  const blamed = blameNamed(readings, named('is unhealthy'));
  expect(explainRefusal({ refusal: named('is unhealthy'), readings: blamed }, NO_COMPOSE)).toBeUndefined();
});
