import { expect, test } from '@jest/globals';
import type { GpuJob } from '../../src/gpu/job.ts';
import { type Findings, runGpuStage } from '../../src/gpu/stage.ts';
import { digestOf } from '../../src/model/digest.ts';
import { Fault } from '../../src/model/fault.ts';
import { commandPhase } from '../support/gpu-job.ts';
import { machineJob, makeMachine, type MachineScript, type Scripted, WELL } from '../support/gpu-machine.ts';

const GIB = 2 ** 30;
const USE = { utilization: 20, samples: 3, memory: GIB };
const BUSY: Scripted = { takes: 3000, memory: 2048, stdout: '{"cells": 200}\n' };

/** The canary is well; the image does what the test says. */
function image(does: (before: number, gpu: boolean) => Scripted, more: Partial<MachineScript> = {}): MachineScript {
  return { run: (what, before, gpu) => (what === 'canary' ? WELL : does(before, gpu)), ...more };
}
async function run(script: MachineScript, job: GpuJob): Promise<Findings> {
  return runGpuStage(makeMachine(script), job);
}
const seen = ({ verdict, diagnosis }: Findings): readonly unknown[] => [verdict, diagnosis?.rule];

test('a phase that uses the GPU, twice and long enough, and fails without it', async () => {
  const phases = [
    commandPhase(['infer'], {
      use: { ...USE, memoryMax: 3 * GIB },
      withoutGpu: 'fails',
      expect: { exit: 0, json: { cells: 200 } },
    }),
  ];
  const found = await run(
    image((_, gpu) => (gpu ? BUSY : { exitCode: 1, stderr: 'No CUDA GPUs are available' })),
    machineJob({ phases }),
  );
  expect(seen(found)).toEqual(['passed', undefined]);
  expect(found).toMatchObject({ standIn: false, lost: [], warnings: [], leftOver: { released: true } });
  const [phase] = found.phases;
  expect(phase?.runs).toEqual([3000, 3000]);
  expect(phase?.samples).toMatchObject({ dropped: 2, memory: { rise: 2 * GIB }, utilization: { max: 95 }, pids: [42] });
  expect(phase?.withoutGpu).toEqual({
    expected: 'it fails',
    seen: 'it failed with exit 1',
    passed: true,
    elapsed: 100,
  });
});

test('without phases of its own an image is probed through the driver', async () => {
  const found = await run(
    image(() => ({ stdout: '{}' })),
    machineJob(),
  );
  expect(found.phases.map(({ name, status }) => [name, status])).toEqual([['see', 'passed']]);
});

test.each<[string, MachineScript, Partial<GpuJob['gpu']>, readonly unknown[]]>([
  [
    'slower by the factor',
    image((_, gpu) => (gpu ? BUSY : { takes: 10_000 })),
    { phases: [commandPhase(['x'], { withoutGpu: { slower: 3 } })] },
    ['passed', undefined],
  ],
  [
    'not slower enough',
    image((_, gpu) => (gpu ? BUSY : { takes: 8000 })),
    { phases: [commandPhase(['x'], { withoutGpu: { slower: 3 } })] },
    ['failed', 'test-not-discriminating'],
  ],
  [
    'as fast without',
    image(() => BUSY),
    { phases: [commandPhase(['x'], { withoutGpu: 'fails' })] },
    ['failed', 'test-not-discriminating'],
  ],
  [
    'the run without a GPU cannot start',
    image((_, gpu) => (gpu ? BUSY : { startError: 'no space left on device' })),
    { phases: [commandPhase(['x'], { withoutGpu: 'fails' })] },
    ['infra', 'falsification-failed'],
  ],
  [
    'nvidia-smi gives no samples',
    image(() => BUSY, { silent: true }),
    { phases: [commandPhase(['x'], { use: USE })] },
    ['infra', 'sampler-silent'],
  ],
  [
    'hangs',
    image(() => ({ takes: 1e9 })),
    { phases: [commandPhase(['x'], { within: 5000 })] },
    ['failed', 'phase-time'],
  ],
  [
    'hangs on a hot GPU',
    image(() => ({ takes: 1e9 }), { reasons: '0x40' }),
    { phases: [commandPhase(['x'], { within: 5000 })] },
    ['infra', 'throttled'],
  ],
  [
    'out of main memory',
    image(() => ({ exitCode: 137, oomKilled: true })),
    { phases: [commandPhase(['x'])] },
    ['failed', 'out-of-memory'],
  ],
  [
    'no python',
    image(() => ({ startError: 'exec: "python3": executable file not found in $PATH' })),
    {},
    ['failed', 'no-python'],
  ],
  [
    'the stage’s time is over',
    image(() => ({ takes: 40_000 })),
    {
      stageWithin: 60_000,
      phases: [commandPhase(['a'], { within: 50_000 }), commandPhase(['b'], { within: 50_000 }), commandPhase(['c'])],
    },
    ['failed', 'stage-time'],
  ],
])('%s', async (_, script, gpu, expected) => {
  expect(seen(await run(script, machineJob(gpu)))).toEqual(expected);
});

test('what comes after a failure is reported as not run', async () => {
  const phases = [commandPhase(['a']), commandPhase(['b']), commandPhase(['c'])];
  const found = await run(
    image((before) => ({ exitCode: before })),
    machineJob({ phases: [commandPhase(['a'], { expect: { exit: 7 } }), ...phases.slice(1)] }),
  );
  expect(found.phases.map(({ status }) => status)).toEqual(['failed', 'not-run', 'not-run']);
});

test.each<[string, Partial<MachineScript>, Partial<GpuJob>, string]>([
  [
    'the canary cannot be had',
    { knowsCanary: false, pullCanary: () => Promise.reject(new Fault('no such image')) },
    {},
    'canary-missing',
  ],
  ['no room for the image', { freeBytes: 1e9 }, { download: 1e9 }, 'disk-full'],
  [
    'the registry does not answer',
    {},
    { pull: () => Promise.reject(new Fault('503', { kind: 'environment' })) },
    'pull-failed',
  ],
  ['the pull takes too long', {}, { pull: () => new Promise<string>(() => undefined) }, 'pull-late'],
  ['the engine holds other bytes', {}, { digests: { manifest: digestOf('x'), config: digestOf('y') } }, 'other-bytes'],
])('%s: the machine is at fault', async (_, more, job, rule) => {
  const found = await run(
    image(() => BUSY, more),
    machineJob({ phases: [commandPhase(['x'])] }, job),
  );
  expect([...seen(found), found.phases.length]).toEqual(['infra', rule, 0]);
});

test('no engine answers', async () => {
  const machine = makeMachine(image(() => BUSY));
  const info = (): never => {
    throw new Fault('No Docker engine answers', { kind: 'environment' });
  };
  const found = await runGpuStage({ ...machine, engine: { ...machine.engine, info } }, machineJob());
  expect(seen(found)).toEqual(['infra', 'no-engine']);
});

test('an engine that breaks while the stage runs is no fault of the image', async () => {
  const machine = makeMachine(image(() => BUSY));
  const logs = (): never => {
    throw new Fault('The engine did not answer', { kind: 'environment' });
  };
  const found = await runGpuStage({ ...machine, engine: { ...machine.engine, logs } }, machineJob());
  expect(seen(found)).toEqual(['infra', 'engine-failed']);
});

test.each([
  ['an application’s error is a warning of a pass', 31, ['passed', undefined], ['xid-seen']],
  ['an error of the hardware undoes a pass', 79, ['infra', 'hardware-xid'], []],
])('%s', async (_, number, expected, warnings) => {
  const line = `[5.0] NVRM: Xid (PCI:0000:01:00): ${String(number)}, pid=42`;
  const script = image(() => BUSY, { dmesg: (before) => (before === 0 ? [] : [line]) });
  const found = await run(script, machineJob({ phases: [commandPhase(['x'])] }));
  expect(seen(found)).toEqual(expected);
  expect(found.warnings.map(({ rule }) => rule)).toEqual(warnings);
  expect(found.xid).toMatchObject({ observed: true, how: 'dmesg', lines: [line.slice(6)] });
});

test('heat is a warning of a pass, and memory that stays is', async () => {
  const machine = makeMachine(image(() => BUSY, { reasons: '0x20' }));
  const stopped = { ...machine.engine, waitContainer: () => Promise.resolve(0) };
  const found = await runGpuStage({ ...machine, engine: stopped }, machineJob({ phases: [commandPhase(['x'])] }));
  expect(found.verdict).toBe('passed');
  expect(found.warnings.map(({ rule }) => rule)).toContain('left-over');
  expect(found.leftOver).toMatchObject({ released: false, bytes: 2 * GIB });
});

test('the kernel of a log that cannot be read is not silent', async () => {
  const machine = makeMachine(image(() => BUSY));
  const processes: typeof machine.processes = {
    run: (program, argv, options) =>
      program === 'dmesg'
        ? Promise.resolve({ exitCode: 1, stdout: '', stderr: '', timedOut: false })
        : machine.processes.run(program, argv, options),
  };
  const found = await runGpuStage({ ...machine, processes }, machineJob({ phases: [commandPhase(['x'])] }));
  expect(found.xid).toMatchObject({ observed: false });
});

test('secrets are taken out of what is reported', async () => {
  const script = image(() => ({ exitCode: 1, stderr: 'cannot log in with hunter2\n' }));
  const redact = (text: string): string => text.replaceAll('hunter2', '***');
  const found = await run(script, machineJob({ phases: [commandPhase(['x', 'hunter2'])] }, { redact }));
  expect(JSON.stringify(found)).not.toContain('hunter2');
  expect(found.phases[0]?.log).toEqual(['cannot log in with ***']);
});

test('no part of a secret is left where a long line is cut', async () => {
  const secret = 'hunter2-hunter2-hunter2';
  for (const before of [190, 490]) {
    const line = `${'x'.repeat(before)}${secret}`;
    const script = image(() => ({ exitCode: 1, stdout: `${line}\n`, stderr: `${line}\n` }));
    const redact = (text: string): string => text.replaceAll(secret, '***');
    const phase = commandPhase(['x'], { expect: { exit: 0, stdout: /never/ } });
    const found = await run(script, machineJob({ phases: [phase] }, { redact }));
    expect(found.phases[0]?.expectations[1]?.seen).toContain('xxx');
    expect(JSON.stringify(found)).not.toContain('hunter');
  }
});
