import { expect, test } from '@jest/globals';
import { runOnce } from '../../../src/check/probes/single-run.ts';
import { Fault } from '../../../src/model/fault.ts';
import { blankImage } from '../../support/blank.ts';
import { makeSingleFake, type SingleFake } from '../../support/single-container.ts';

const SURROUNDINGS = { directory: '/project' };
const run = ({ effects }: SingleFake) =>
  runOnce(
    effects,
    blankImage({ name: 'api', memory: 1000 }),
    { runnable: 'it', within: 5000, command: ['x'] },
    SURROUNDINGS,
  );

test('it runs alone: labelled, without a network, with the memory of the image, behind the others', async () => {
  const fake = makeSingleFake({ exitCode: 3, stdout: 'out', stderr: 'err' });
  expect(await run(fake)).toEqual({
    exitCode: 3,
    elapsed: 0,
    timedOut: false,
    oomKilled: false,
    stdout: 'out',
    stderr: 'err',
  });
  expect(fake.specs).toEqual([
    expect.objectContaining({ image: 'it', command: ['x'], network: 'none', memory: 1000, cpuShares: 256 }),
  ]);
  expect(fake.specs[0]?.labels).toMatchObject({ 'slipway.run': 'test-run', 'slipway.owner': '1_1' });
  expect(fake.calls.at(-1)).toBe('removeContainer');
});

test('one that does not end is killed at its deadline and removed', async () => {
  const fake = makeSingleFake({});
  expect(await run(fake)).toMatchObject({ timedOut: true, exitCode: 137, elapsed: 5000 });
  expect(fake.calls).toEqual([
    'createContainer',
    'startContainer',
    'killContainer',
    'inspectContainer',
    'logs',
    'removeContainer',
  ]);
});

test('one that cannot be started says why; a failure of the host goes on as it is, and nothing is left', async () => {
  const refusal = (message: string) => ({
    call: 'startContainer' as const,
    error: new Fault(message, { kind: 'environment' }),
  });
  const missing = makeSingleFake({ failure: refusal('exec: "x": executable file not found in $PATH') });
  expect(await run(missing)).toMatchObject({
    startError: 'exec: "x": executable file not found in $PATH',
    exitCode: 127,
  });
  const full = makeSingleFake({ failure: refusal('no space left on device') });
  await expect(run(full)).rejects.toThrow('no space left');
  expect([missing.calls.at(-1), full.calls.at(-1)]).toEqual(['removeContainer', 'removeContainer']);
});

test('a cancelled run ends at once and leaves nothing', async () => {
  const fake = makeSingleFake({});
  fake.cancel.abort(new Error('stopped'));
  await expect(run(fake)).rejects.toThrow('stopped');
  expect(fake.calls.at(-1)).toBe('removeContainer');
});

test('its timer does not outlive it', async () => {
  const fake = makeSingleFake({ exitCode: 0 });
  const signals: (AbortSignal | undefined)[] = [];
  const { clock } = fake.effects;
  const sleep = (milliseconds: number, signal?: AbortSignal) => {
    signals.push(signal);
    return clock.sleep(milliseconds, signal);
  };
  await run({ ...fake, effects: { ...fake.effects, clock: { ...clock, sleep } } });
  expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
});
