import { expect, test } from '@jest/globals';
import { observeSideRuns, SIDE_FACTS } from '../../../src/check/probes/side-runs.ts';
import type { ImageConfig } from '../../../src/model/config.ts';
import { Fault } from '../../../src/model/fault.ts';
import type { FactTable } from '../../../src/model/facts.ts';
import { blankDescription, blankImage, blankRuntime } from '../../support/blank.ts';
import { makeFakeRun, type ContainerScript, type FakeRun } from '../../support/fake-effects.ts';
import { healthcheckOf } from '../../support/runs.ts';

const description = blankDescription({ config: blankRuntime({ healthcheck: healthcheckOf('CMD', 'probe') }) });
const exec = (exitCode: number, output = '') => ({ exitCode, output, timedOut: false });

function observe(
  run: FakeRun,
  change: { facts?: typeof SIDE_FACTS | readonly (typeof SIDE_FACTS)[number][]; ordinary?: number | string } = {},
  image: Partial<ImageConfig> = {},
): Promise<FactTable> {
  return observeSideRuns({
    subject: { effects: run.effects, image: blankImage(image), description, runnable: 'image' },
    surroundings: { directory: '/project' },
    slots: (_, work) => work(),
    facts: change.facts ?? SIDE_FACTS,
    load: { path: '/slow', requests: 2 },
    ordinary: Promise.resolve(change.ordinary ?? 1000),
  });
}
const passing: ContainerScript = { exec: (age) => exec(age < 400 ? 1 : 0) };

test('nothing is started when no rule needs it, or when the ordinary run says there is nothing to compare with', async () => {
  const run = makeFakeRun(passing);
  expect(await observe(run, { facts: [] })).toEqual({});
  const table = await observe(run, { ordinary: 'it was never ready' });
  expect(Object.keys(table)).toEqual([...SIDE_FACTS]);
  expect(table.control).toMatchObject({ state: 'undecided', reason: 'it was never ready' });
  expect(run.calls).toEqual([]);
});

test('a service that works everywhere, in one network that is removed at the end', async () => {
  const run = makeFakeRun(passing);
  const table = await observe(run, { facts: ['control', 'hardened', 'arbitrary-uid'] });
  expect(table.control).toMatchObject({ state: 'known', value: { idle: 'sleep', probe: { exitCode: 1 } } });
  expect(table.hardened).toMatchObject({
    state: 'known',
    value: { together: { usable: true, allowed: 10_000 }, alone: {} },
  });
  expect(table['arbitrary-uid']).toMatchObject({ state: 'known', value: { usable: true } });
  expect(run.calls.filter((call) => call.startsWith('createNetwork'))).toHaveLength(1);
  expect(run.calls.filter((call) => call.startsWith('createContainer'))).toHaveLength(3);
  expect(run.calls.filter((call) => call === 'removeContainer')).toHaveLength(3);
  expect(run.calls.at(-1)).toContain('removeLabelled slipway.part=test-run-api-side');
});

test('a service that never becomes usable is given up after three times the ordinary time', async () => {
  const run = makeFakeRun({ exec: () => exec(1, "EROFS: read-only file system, open '/app/x'") });
  const table = await observe(run, { facts: ['hardened'], ordinary: 5000 });
  expect(table.hardened).toMatchObject({
    value: {
      together: { usable: false, allowed: 15_000 },
      alone: { 'read-only': { usable: false } },
      written: ['/app/x'],
    },
  });
});

test('what the container prints of a hidden value is not kept', async () => {
  const run = makeFakeRun({ exec: () => exec(1, 'token hidden-value refused') }, { env: { TOKEN: 'hidden-value' } });
  const table = await observe(
    run,
    { facts: ['arbitrary-uid', 'control'] },
    { env: { T: { from: 'env', name: 'TOKEN' } } },
  );
  expect(JSON.stringify(table)).toContain('token *** refused');
  expect(JSON.stringify(table)).not.toContain('hidden-value');
});

test('everything declared false leaves nothing to try; without a known path there is no load', async () => {
  const hardened = { readOnly: false, capDrop: false, noNewPrivileges: false };
  const table = await observe(makeFakeRun(passing), { facts: ['hardened', 'load'] }, { hardened });
  expect(table.hardened).toMatchObject({ state: 'skipped' });
  expect(table.load).toMatchObject({ state: 'skipped', reason: 'no port is known: declare `port`' });
});

test('an engine that does not answer is undecided by its environment', async () => {
  const error = new Fault('The engine does not answer', { kind: 'environment' });
  const table = await observe(makeFakeRun({ failure: { call: 'createNetwork', error } }), { facts: ['hardened'] });
  expect(table.hardened).toMatchObject({ state: 'undecided', environment: true });
});

test('an image without the program is tried with the next one, at last with the test alone', async () => {
  const error = new Fault('The engine refused to start: exec: "sleep": executable file not found in $PATH');
  const run = makeFakeRun({ failure: { call: 'startContainer', error } });
  const table = await observe(run, { facts: ['control'] });
  expect(run.calls.filter((call) => call.startsWith('createContainer'))).toHaveLength(5);
  expect(table.control).toMatchObject({ value: { probe: { exitCode: 127 } } });
});
