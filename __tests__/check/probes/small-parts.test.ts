import { expect, test } from '@jest/globals';
import { judgeHealth } from '../../../src/check/probes/health-watch.ts';
import { makeRedaction } from '../../../src/model/redaction.ts';
import { stabilityWindow } from '../../../src/check/probes/stability.ts';
import { explainInability, explainStartFailure } from '../../../src/check/probes/start-failure.ts';
import { findFirstSuccess, servicePort } from '../../../src/check/probes/startup.ts';
import { measureElapsed } from '../../../src/check/probes/stop.ts';
import type { ContainerState } from '../../../src/model/engine.ts';
import { Fault } from '../../../src/model/fault.ts';
import { blankDescription, blankImage, blankRuntime } from '../../support/blank.ts';
import { healthcheckOf, httpCheck } from '../../support/runs.ts';

const running: ContainerState = {
  id: 'c',
  status: 'running',
  running: true,
  pid: 100,
  exitCode: 0,
  oomKilled: false,
  error: '',
  restarts: 0,
  addresses: {},
};
const withHealth = (status: 'starting' | 'healthy' | 'unhealthy'): ContainerState => ({
  ...running,
  health: { status, failingStreak: 0, log: [] },
});

test.each<[string, ContainerState, number, string | undefined]>([
  ['starting in time', withHealth('starting'), 1000, undefined],
  ['healthy', withHealth('healthy'), 1000, ''],
  ['healthy after the deadline is still what the engine says', withHealth('healthy'), 9000, ''],
  ['unhealthy', withHealth('unhealthy'), 1000, 'the engine gave it up as unhealthy'],
  ['too late', withHealth('starting'), 5001, 'it was not healthy within 5.0 s'],
  [
    'ended',
    { ...withHealth('unhealthy'), running: false, status: 'exited', exitCode: 3 },
    10,
    'the container ended by itself with exit code 3',
  ],
  ['restarted', { ...withHealth('healthy'), restarts: 1 }, 10, 'the container was restarted'],
])('%s', (_, state, age, ending) => {
  expect(judgeHealth(state, age, 5000)).toBe(ending);
});

test.each([
  [1000, 5000],
  [10_000, 10_000],
  [90_000, 30_000],
])('an interval of %i ms is watched for %i ms', (interval, window) => {
  expect(stabilityWindow(blankRuntime({ healthcheck: { ...healthcheckOf('CMD', 'x'), interval } }))).toBe(window);
});

test.each<[string, number | undefined, number, number]>([
  ['the end the engine wrote down', 1500, 600, 500],
  ['an end before the question', 900, 600, 600],
  ['an end after the answer', 2000, 600, 600],
  ['no end', undefined, 600, 600],
])('%s', (_, finishedAt, waited, elapsed) => {
  expect(measureElapsed(1000, finishedAt, waited)).toBe(elapsed);
});

test.each([
  [8080, ['80/tcp'], 8080],
  [undefined, ['80/tcp'], 80],
  [undefined, ['80/tcp', '53/udp'], 80],
  [undefined, ['80/tcp', '81/tcp'], 3000],
  [undefined, [], 3000],
])('port %p with EXPOSE %j is %p', (port, exposedPorts, expected) => {
  const image = blankImage(port === undefined ? {} : { port });
  const description = blankDescription({ config: blankRuntime({ exposedPorts }) });
  const open = [
    { port: 3000, address: '0.0.0.0', loopbackOnly: false },
    { port: 9000, address: '127.0.0.1', loopbackOnly: true },
  ];
  expect(servicePort(image, description, open)).toBe(expected);
});

test('the strictest declared thing tells when a service is usable', () => {
  const health = { status: 'healthy', healthyAfter: 5000, firstPassAfter: 800, log: [] } as const;
  const observed = { check: 0, url: '', attempts: 1, latencies: [], problems: [] };
  const image = blankImage({ http: [httpCheck()] });
  expect(findFirstSuccess(image, health, [{ ...observed, firstSuccessAfter: 900 }], 300)).toEqual({
    after: 900,
    by: 'http',
  });
  expect(findFirstSuccess(image, health, [observed], 300)).toBeUndefined();
  expect(findFirstSuccess(blankImage(), health, [], 300)).toEqual({ after: 800, by: 'health' });
  expect(findFirstSuccess(blankImage(), { status: 'none', log: [] }, [], 300)).toEqual({ after: 300, by: 'port' });
  expect(findFirstSuccess(blankImage(), { status: 'none', log: [] }, [], undefined)).toBeUndefined();
});

test('values from outside are taken out, the longest first; short ones would cut words to pieces', () => {
  const redact = makeRedaction(['hunter22', 'hunter22-long', 'app']);
  expect(redact('app says hunter22-long and hunter22, hunter22')).toBe('app says *** and ***, ***');
});

const PREFIX = 'The engine refused to start the container: ';
test.each([
  [
    'unable to find user bob: no matching entries in passwd file',
    'unable to find user bob: no matching entries in passwd file',
  ],
  [
    'failed to create task: OCI runtime create failed: unable to start container process: exec: "x": executable file not found in $PATH',
    'exec: "x": executable file not found in $PATH',
  ],
  ['exec /app: exec format error', 'exec /app: exec format error'],
])("%s is the image's own fault", (said, explained) => {
  expect(explainStartFailure(new Fault(`${PREFIX}${said}`))).toBe(explained);
});

test.each([
  new Fault(`${PREFIX}OCI runtime create failed: no space left on device`, { kind: 'environment' }),
  new Fault('No Docker engine answers (ECONNREFUSED)', { kind: 'environment' }),
  new TypeError('a bug'),
])('%p goes on as it is', (error) => {
  expect(() => explainStartFailure(error)).toThrow(error.message);
});

test('a Fault makes a run undecided, a bug and a cancelled run do not', () => {
  const { signal } = new AbortController();
  const fault = new Fault('no engine', { kind: 'environment', remedy: 'Start it.' });
  expect(explainInability(fault, signal)).toEqual({
    state: 'undecided',
    reason: 'no engine. Start it.',
    environment: true,
  });
  expect(() => explainInability(new TypeError('a bug'), signal)).toThrow('a bug');
  expect(() => explainInability(fault, AbortSignal.abort(new Error('cancelled')))).toThrow('cancelled');
});
