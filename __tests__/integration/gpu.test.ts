import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { makeStandInMachine, type StandInMachine } from '../../script/standin-gpu/machine.ts';
import { runContainer } from '../../src/gpu/container.ts';
import { findText } from '../../src/gpu/diagnosis-table.ts';
import { type Findings, runGpuStage } from '../../src/gpu/stage.ts';
import { readCudaRequirements } from '../../src/image/cuda-requirement.ts';
import { makeEffects } from '../../src/io/effects.ts';
import { isDigest } from '../../src/model/digest.ts';
import type { Effects } from '../../src/model/effects.ts';
import { type DeviceRequest, RUN_LABEL } from '../../src/model/engine.ts';
import type { GpuConfig, GpuPhase } from '../../src/model/gpu-config.ts';
import { blankGpu, blankJob, commandPhase } from '../support/gpu-job.ts';
import { describeFailures, writeHooks } from '../support/gpu-failures.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/gpu-app');
const CANARY = 'python:3.11-slim';
const GIB = 2 ** 30;
const USE = { utilization: 20, samples: 3, memory: GIB / 2 };

let machine: StandInMachine;
let effects: Effects;
let image: string;
let removeHooks: () => void;
const path = process.env['PATH'];

beforeAll(async () => {
  const stream = { write: () => true };
  effects = makeEffects({ env: process.env, stdout: stream, stderr: stream, signal: new AbortController().signal });
  image = `slipway-gpu-test:${effects.runId}`;
  const hooks = writeHooks();
  removeHooks = hooks.remove;
  [machine] = await Promise.all([
    makeStandInMachine('debian:bookworm-slim', describeFailures(hooks.folder)),
    execa('docker', ['build', '--quiet', '--tag', image, FOLDER]),
    execa('docker', ['pull', '--quiet', CANARY]),
  ]);
  process.env['PATH'] = `${machine.bin}:${path ?? ''}`;
}, 120_000);

afterAll(async () => {
  process.env['PATH'] = path;
  removeHooks();
  await machine.close();
  await execa('docker', ['image', 'rm', image], { reject: false });
});

beforeEach(() => {
  machine.setSmi({});
  machine.setInit(0);
  machine.setTotal(16 * GIB);
});

interface Change {
  readonly gpu?: Partial<GpuConfig>;
  readonly env?: readonly string[];
  readonly effects?: Partial<Effects>;
}

async function tryPhases(phases: readonly GpuPhase[], change: Change = {}): Promise<Findings> {
  const id = (await effects.engine.inspectImage(image))?.id ?? '';
  if (!isDigest(id)) throw new Error(`no image ${image}`);
  const part = `${effects.runId}-gpu-test`;
  return runGpuStage(
    { ...effects, engine: effects.engine, ...change.effects },
    blankJob({
      gpu: blankGpu({ device: machine.device('ok'), canary: CANARY, phases, ...change.gpu }),
      requirements: readCudaRequirements(change.env ?? []),
      digests: { manifest: id, config: id },
      labels: { [RUN_LABEL]: effects.runId, 'slipway.part': part },
      label: `slipway.part=${part}`,
      pull: () => Promise.resolve(image),
    }),
  );
}

function summaryOf({ verdict, diagnosis }: Findings): readonly unknown[] {
  return [verdict, diagnosis?.rule, diagnosis?.message];
}

describe('the same image on the same machine', () => {
  test('uses the GPU, stays within its budget, and fails without one: it passes', async () => {
    const found = await tryPhases([
      { ...commandPhase([]), name: 'see', work: { kind: 'probe', probe: 'cuda' } },
      commandPhase(['use'], {
        use: { ...USE, memoryMax: 2 * GIB },
        withoutGpu: 'fails',
        expect: { exit: 0, json: { cells: 200 } },
      }),
    ]);
    expect(summaryOf(found)).toEqual(['passed', undefined, undefined]);
    expect(found).toMatchObject({ standIn: true, injection: { asked: 'auto', happened: 'cdi' } });
    expect(found.canary).toMatchObject({ before: { passed: true } });
    const [, use] = found.phases;
    expect(use?.samples?.memory?.rise).toBe(GIB);
    expect(use?.samples?.pids.length).toBeGreaterThan(0);
    expect(use?.runs.length).toBe(2);
    expect(use?.withoutGpu).toMatchObject({ passed: true, seen: 'it failed with exit 1' });
    expect(found.leftOver).toMatchObject({ released: true });
  }, 60_000);

  test.each([
    [
      'ignores the GPU',
      commandPhase(['ignore'], { use: USE }),
      'gpu-not-used',
      'ignore: the phase passed without using the GPU',
    ],
    [
      'uses too much memory',
      commandPhase(['greedy'], { use: { ...USE, memoryMax: 2 * GIB } }),
      'memory-budget',
      'greedy: the phase used more GPU memory than it may',
    ],
    [
      'lies about success',
      commandPhase(['lie'], { expect: { exit: 0, json: { cells: 200 } } }),
      'expectation',
      'lie: the phase ended, and did not do what is expected of it',
    ],
    ['hangs', commandPhase(['hang'], { within: 1500 }), 'phase-time', 'hang: the phase took longer than it may'],
    [
      'passes without a GPU',
      commandPhase(['fall-back'], { withoutGpu: 'fails' }),
      'test-not-discriminating',
      'fall-back: the same command passes without a GPU: the test proves nothing',
    ],
  ])(
    '%s: the image is at fault',
    async (_, phase, rule, message) => {
      const found = await tryPhases([phase]);
      expect(summaryOf(found)).toEqual(['failed', rule, message]);
      expect(found.canary.after).toMatchObject({ passed: true });
    },
    60_000,
  );
});

describe('a broken machine', () => {
  test.each([
    [
      'before: no driver',
      () => {
        machine.setSmi({
          fail: { code: 9, text: "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver." },
        });
      },
      'driver-not-loaded',
      'the NVIDIA kernel module is not loaded',
    ],
    [
      'before: nvidia-smi works in the canary, cuInit does not',
      () => {
        machine.setInit(999);
      },
      'canary-cuda',
      'nvidia-smi works in the canary, and the CUDA driver does not',
    ],
    [
      'before: somebody else computes',
      () => {
        machine.setSmi({ foreign: [{ pid: 1, name: './gpu_burn', memory: 28_234 }] });
      },
      'foreign-process',
      'somebody else computes on the GPU',
    ],
    [
      'before: the container is given another GPU',
      () => {
        machine.setSmi({ gpus: [{ index: 0, uuid: 'GPU-00000000-0000-4000-8000-000000000009' }] });
        machine.setList('GPU 0: Stand-in GPU (UUID: GPU-00000000-0000-4000-8000-000000000008)\n');
      },
      'canary-list',
      'the canary sees other GPUs than the machine has',
    ],
  ])(
    '%s: nobody blames the image',
    async (_, breakIt, rule, message) => {
      breakIt();
      const found = await tryPhases([commandPhase(['use'])]);
      expect(summaryOf(found)).toEqual(['infra', rule, message]);
      expect(found.phases).toEqual([]);
    },
    60_000,
  );

  test('during a phase: the canary afterwards tells', async () => {
    let starts = 0;
    const startContainer = async (id: string): Promise<void> => {
      starts += 1;
      if (starts === 2) machine.setInit(999);
      await effects.engine.startContainer(id);
    };
    const found = await tryPhases([commandPhase(['use'])], {
      effects: { engine: { ...effects.engine, startContainer } },
    });
    expect(summaryOf(found)).toEqual([
      'infra',
      'host-broke',
      'use: the image failed, and now the canary fails as well: the machine broke meanwhile',
    ]);
    expect(found.canary).toMatchObject({ before: { passed: true }, after: { passed: false } });
  }, 60_000);

  test('stopped from outside: a verdict is written', async () => {
    const stop = new AbortController();
    const startContainer = async (id: string): Promise<void> => {
      await effects.engine.startContainer(id);
      setTimeout(() => {
        stop.abort(new Error('SIGTERM'));
      }, 300);
    };
    const found = await tryPhases([commandPhase(['hang'])], {
      effects: { engine: { ...effects.engine, startContainer }, signal: stop.signal },
    });
    expect([found.verdict, found.diagnosis?.rule]).toEqual(['infra', 'cancelled']);
  }, 60_000);
});

describe('what the image asks of the machine is looked at before anything runs', () => {
  const env = ['NVIDIA_REQUIRE_CUDA=cuda>=13.0 brand=tesla,driver>=535,driver<536'];
  const unmet =
    'unsatisfied condition: cuda>=13.0 or brand=tesla,driver>=535,driver<536 (NVIDIA_REQUIRE_CUDA); this machine has driver 550.54.15, CUDA 12.4';

  test('a machine that nobody declared is at fault', async () => {
    const found = await tryPhases([commandPhase(['use'])], { env });
    expect(found).toMatchObject({
      verdict: 'infra',
      diagnosis: { rule: 'driver-requirement', seen: unmet },
      requirements: [{ variable: 'NVIDIA_REQUIRE_CUDA', met: 'no' }],
      phases: [],
    });
  });

  test('for one of the declared machines the image is', async () => {
    const fleet = [{ name: 'standin', sm: '8.9', driver: '550' }];
    const found = await tryPhases([commandPhase(['use'])], { env, gpu: { fleet } });
    expect([found.verdict, found.diagnosis?.rule]).toEqual(['failed', 'driver-requirement']);
  });
});

describe('every text of the table, from the real engine', () => {
  const requests: readonly (readonly [string, () => DeviceRequest, string])[] = [
    ...[
      'driver-requirement',
      'driver-library-missing',
      'driver-not-loaded',
      'hook-called-directly',
      'container-cli',
      'cdi-stale-device',
      'cdi-stale-mount',
      'cdi-hook-missing',
    ].map((id) => [id, (): DeviceRequest => ({ kind: 'cdi', device: machine.device(id) }), id] as const),
    ['cdi-unresolvable', () => ({ kind: 'cdi', device: machine.device('not-there') }), 'cdi-unresolvable'],
    ['no-gpu-support', () => ({ kind: 'gpus', ids: [] }), 'no-gpu-support'],
    ['runtime-unknown', () => ({ kind: 'runtime', runtime: 'nvidia' }), 'runtime-unknown'],
  ];
  test.each(requests)('%s', async (_, request, id) => {
    const spec = { image: CANARY, labels: { [RUN_LABEL]: effects.runId }, entrypoint: ['true'], devices: request() };
    const end = await runContainer(effects, spec, { within: 10_000, signal: effects.signal });
    expect([findText(end.startError ?? '')?.id, end.startError]).toEqual([id, end.startError]);
  });

  test.each(['nvml-version-mismatch', 'nvml-lost-cgroup', 'nvml-permissions'])(
    '%s, in a container that started',
    async (id) => {
      const devices: DeviceRequest = { kind: 'cdi', device: machine.device(id) };
      const spec = { image: CANARY, labels: { [RUN_LABEL]: effects.runId }, entrypoint: ['nvidia-smi'], devices };
      const end = await runContainer(effects, spec, { within: 10_000, signal: effects.signal });
      expect([end.exitCode, findText(end.stdout)?.id]).toEqual([255, id]);
    },
  );
});
