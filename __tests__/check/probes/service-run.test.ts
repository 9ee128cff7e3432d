import { expect, test } from '@jest/globals';
import { observeService, type ServiceObservation } from '../../../src/check/probes/service-run.ts';
import type { ImageConfig } from '../../../src/model/config.ts';
import type { Effects } from '../../../src/model/effects.ts';
import type { ContainerState } from '../../../src/model/engine.ts';
import type { ServiceFacts } from '../../../src/model/facts.ts';
import { Fault, stoppedBy } from '../../../src/model/fault.ts';
import { blankDescription, blankImage, blankRuntime } from '../../support/blank.ts';
import { makeFakeRun, type ContainerScript, type FakeRun } from '../../support/fake-effects.ts';
import { healthcheckOf, httpCheck } from '../../support/runs.ts';

const description = blankDescription({ config: blankRuntime({ healthcheck: healthcheckOf('CMD', 'probe') }) });

function observe(run: FakeRun, change: Partial<ImageConfig> = {}): Promise<ServiceObservation> {
  return observeService(run.effects, blankImage(change), description, 'image', { directory: '/project' });
}
async function factsOf(script: ContainerScript, change: Partial<ImageConfig> = {}): Promise<ServiceFacts> {
  const { service } = await observe(makeFakeRun(script), change);
  if (service.state !== 'known') throw new Error(service.reason);
  return service.value;
}
/** The engine's verdict as it comes with an interval of 30 s: one look at the first interval. */
const healthyFrom =
  (moment: number, failing = 0): NonNullable<ContainerScript['state']> =>
  (age) => ({
    health: { status: age >= moment ? 'healthy' : 'starting', failingStreak: age >= moment ? failing : 0, log: [] },
  });
const exec = (exitCode: number, output = '') => ({ exitCode, output, timedOut: false });

test('the engine decides with its own cadence, and beside it the first pass is told', async () => {
  const facts = await factsOf({ state: healthyFrom(30_000), exec: (age) => exec(age < 6000 ? 1 : 0, 'not yet') });
  expect(facts.health).toMatchObject({ status: 'healthy', stability: { failures: [] } });
  expect(facts.health.healthyAfter).toBeGreaterThanOrEqual(30_000);
  expect(facts.health.healthyAfter).toBeLessThan(30_600);
  expect(facts.health.firstPassAfter).toBeGreaterThanOrEqual(6000);
  expect(facts.health.firstPassAfter).toBeLessThan(6400);
  expect(facts.firstSuccess).toEqual({ after: facts.health.firstPassAfter, by: 'health' });
});

test('a service that never gets healthy is given up at the deadline, and stopped all the same', async () => {
  const facts = await factsOf(
    { state: healthyFrom(Infinity), exec: () => exec(1, 'refused') },
    { healthyWithin: 8000 },
  );
  expect(facts.health).toMatchObject({ status: 'starting', stoppedBecause: 'it was not healthy within 8.0 s' });
  expect(facts.health.log).toMatchObject([{ exitCode: 1, output: 'refused' }]);
  expect(facts.stop).toMatchObject({ elapsed: 50, exitCode: 0 });
});

test('a run that is told to stop is no verdict, and nobody waits for the container to stop in its grace', async () => {
  const stopping = new AbortController();
  const state = (age: number): Partial<ContainerState> => {
    if (age > 2000) stopping.abort(stoppedBy('SIGINT'));
    return {};
  };
  const run = makeFakeRun({ state, stop: { after: 10_000, exitCode: 137 } }, { signal: stopping.signal });
  const image = blankImage({ port: 8080, http: [httpCheck({})], healthyWithin: 60_000 });
  const observed = observeService(run.effects, image, blankDescription({}), 'image', { directory: '/project' });
  await expect(observed).rejects.toThrow('stopped by SIGINT');
  expect(run.calls.filter((call) => call.startsWith('stopContainer'))).toEqual([]);
  expect(run.calls).toContain('removeContainer');
});

test('a tool that is missing for two seconds ends the run within three', async () => {
  const run = makeFakeRun({ state: healthyFrom(Infinity), exec: () => exec(1, '/bin/sh: 1: curl: not found') });
  const began = run.effects.clock.monotonic();
  const { service } = await observe(run);
  expect(run.effects.clock.monotonic() - began).toBeLessThan(3500);
  expect(service).toMatchObject({ value: { health: { missingTool: 'curl' } } });
  expect(run.calls).toContain('killContainer');
});

test('a script that the entrypoint writes a second late is not missing', async () => {
  const facts = await factsOf({
    state: healthyFrom(4000),
    exec: (age) => (age < 1500 ? exec(127, 'sh: 1: /probe.sh: not found') : exec(0)),
  });
  expect(facts.health.missingTool).toBeUndefined();
  expect(facts.health.status).toBe('healthy');
});

test("failing probes after healthy are counted, ours and the engine's", async () => {
  const ours = await factsOf({ state: healthyFrom(1000), exec: (age) => exec(age > 5000 ? 1 : 0, 'busy') });
  expect(ours.health.stability?.failures).toHaveLength(3);
  expect(ours.health.stability?.failures[0]).toMatchObject({ exitCode: 1, output: 'busy' });
  const log = [{ start: 0, end: 0, exitCode: 2, output: 'late' }];
  const state = (age: number): Partial<ContainerState> => ({
    health: {
      status: age > 1000 ? 'healthy' : 'starting',
      failingStreak: age > 9000 ? 1 : 0,
      log: age > 9000 ? log : [],
    },
  });
  const theirs = await factsOf({ state });
  expect(theirs.health.stability?.failures).toMatchObject([{ exitCode: 2, output: 'late' }]);
});

test('a container that ends by itself ends the wait', async () => {
  const run = makeFakeRun({
    state: (age) =>
      age < 2000
        ? {}
        : { running: false, status: 'exited', exitCode: 3, finishedAt: Date.parse('2030-06-01T12:00:02Z') },
    exec: () => exec(1),
  });
  const { service } = await observe(run);
  expect(service).toMatchObject({ value: { exitedEarly: { exitCode: 3 }, log: ['out'] } });
  expect(run.calls).not.toContain('stopContainer 10');
});

test('what listens is followed, loopback is given up after a while', async () => {
  const row = (hex: string): string => `   0: ${hex}:1F90 00000000:0000 0A 00000000:00000000 0 0 0\n`;
  const open = await factsOf(
    { state: healthyFrom(100), sockets: (age) => (age < 900 ? '' : row('00000000')) },
    { port: 8080 },
  );
  expect(open.listening).toEqual([{ port: 8080, address: '0.0.0.0', loopbackOnly: false }]);
  const shut = await factsOf(
    { state: healthyFrom(100), sockets: () => row('0100007F') },
    { port: 8080, http: [httpCheck()] },
  );
  expect(shut.http[0]?.problems).toEqual([
    'the connection was refused',
    'it listens only on 127.0.0.1:8080, which nobody outside the container can reach',
  ]);
});

test('http is asked again until it answers as declared', async () => {
  const http: Effects['http'] = {
    request: () => {
      asked += 1;
      const status = asked < 4 ? 503 : 200;
      return Promise.resolve({ status, headers: {}, body: Buffer.from('{}'), truncated: false });
    },
  };
  let asked = 0;
  const run = makeFakeRun({ state: healthyFrom(100) }, { http });
  const { service } = await observe(run, { port: 8080, http: [httpCheck({ repeat: 5 })] });
  expect(service).toMatchObject({ value: { http: [{ attempts: 4, problems: [], lastStatus: 200 }] } });
  expect(asked).toBe(8);
});

test('a start that was too slow is tried once more, both are told', async () => {
  const script = { state: healthyFrom(5000), exec: (age: number) => exec(age < 4000 ? 1 : 0) };
  const facts = await factsOf(script, { startedWithin: 2000 });
  expect(facts.firstSuccess?.after).toBeGreaterThanOrEqual(4000);
  expect(facts.secondStart).toEqual({});
  expect((await factsOf(script, { startedWithin: 6000 })).secondStart).toBeUndefined();
});

test('processes that cannot be looked at are undecided', async () => {
  const blind = await observe(makeFakeRun({ state: healthyFrom(100), pids: undefined }));
  expect(blind.processes).toMatchObject({ state: 'undecided', reason: expect.stringContaining('neither') as unknown });
  const seen = await observe(makeFakeRun({ state: healthyFrom(100) }));
  expect(seen.processes).toMatchObject({
    state: 'known',
    value: { processes: [{ command: 'app --serve', own: true }] },
  });
});

test.each<[string, ContainerScript, boolean]>([
  [
    'the engine is gone',
    { failure: { call: 'createNetwork', error: new Fault('no engine', { kind: 'environment' }) } },
    true,
  ],
  ['the image is gone', { failure: { call: 'createContainer', error: new Fault('no such image') } }, false],
  [
    'the disk is full',
    { failure: { call: 'startContainer', error: new Fault('no space left', { kind: 'environment' }) } },
    true,
  ],
])('%s: undecided, and cleaned up', async (_, script, environment) => {
  const run = makeFakeRun(script);
  const { service, processes, memory } = await observe(run);
  for (const fact of [service, processes, memory]) expect(fact).toMatchObject({ state: 'undecided', environment });
  expect(run.calls.at(-1)).toBe('removeLabelled slipway.part=test-run-api-service');
});

test('a bug of ours is no verdict, and is cleaned up too', async () => {
  const run = makeFakeRun({ failure: { call: 'createContainer', error: new TypeError('a bug') } });
  await expect(observe(run)).rejects.toThrow('a bug');
  expect(run.calls.at(-1)).toContain('removeLabelled');
});

test('a variable that is not set keeps the run from starting', async () => {
  const run = makeFakeRun();
  const { service } = await observe(run, { env: { A: { from: 'env', name: 'NOT_SET' } } });
  expect(service).toMatchObject({ state: 'undecided', environment: false });
  expect(JSON.stringify(service)).toContain('The environment variable NOT_SET is not set');
  expect(run.calls).toEqual([]);
});
