import { expect, test } from '@jest/globals';
import { blame, type Evidence, isInFleet } from '../../src/gpu/blame.ts';
import { DIAGNOSES, findLogText, findText } from '../../src/gpu/diagnosis-table.ts';
import { fromWords, sight } from '../../src/gpu/problem.ts';
import { describeXids, newXids, readKernelLog, readXid } from '../../src/gpu/xid.ts';
import type { Processes } from '../../src/model/effects.ts';
import { Fault } from '../../src/model/fault.ts';

/** Texts seen on real machines or in the threads the design names, and the row each has to find. */
const TEXTS: readonly (readonly [string, string])[] = [
  ['could not select device driver "" with capabilities: [[gpu]]', 'no-gpu-support'],
  ['could not select device driver "cdi" with capabilities: []', 'cdi-disabled'],
  ['CDI device injection failed: unresolvable CDI devices nvidia.com/gpu=all', 'cdi-unresolvable'],
  [
    'CDI device injection failed: failed to stat CDI host device "/dev/nvidia9": no such file or directory',
    'cdi-stale-device',
  ],
  [
    'error mounting "/usr/lib/x86_64-linux-gnu/libcuda.so.550.54.15" to rootfs at "/usr/lib/x": stat /usr/lib: no such file or directory',
    'cdi-stale-mount',
  ],
  ['error running hook #0: fork/exec /usr/bin/nvidia-cdi-hook: no such file or directory', 'cdi-hook-missing'],
  ['unknown or invalid runtime name: nvidia', 'runtime-unknown'],
  [
    'error running prestart hook #0: exit status 1, stderr: nvidia-container-cli: requirement error: unsatisfied condition: cuda>=12.8, please update your driver to a newer version, or use an earlier cuda container',
    'driver-requirement',
  ],
  [
    'nvidia-container-cli: initialization error: load library failed: libnvidia-ml.so.1: cannot open shared object file: no such file',
    'driver-library-missing',
  ],
  ['nvidia-container-cli: initialization error: nvml error: driver not loaded', 'driver-not-loaded'],
  [
    'invoking the NVIDIA Container Runtime Hook directly (e.g. specifying the docker --gpus flag) is not supported.',
    'hook-called-directly',
  ],
  ['Failed to initialize NVML: Unknown Error', 'nvml-lost-cgroup'],
  ['Failed to initialize NVML: Driver/library version mismatch', 'nvml-version-mismatch'],
  ['Failed to initialize NVML: Insufficient Permissions', 'nvml-permissions'],
  ['nvidia-container-cli: mount error: something new', 'container-cli'],
  ['RuntimeError: CUDA error: no kernel image is available for execution on the device', 'no-kernel-for-gpu'],
  [
    'NVIDIA H100 with CUDA capability sm_90 is not compatible with the current PyTorch installation.',
    'no-kernel-for-gpu',
  ],
  ['torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 MiB', 'out-of-gpu-memory'],
  ['cuInit: error 34 CUDA_ERROR_STUB_LIBRARY', 'stub-library'],
  ['CUDA driver version is insufficient for CUDA runtime version', 'driver-too-old'],
  ['RuntimeError: No CUDA GPUs are available', 'no-gpu-in-container'],
  ['NCCL WARN Error while creating shared memory segment /dev/shm/nccl-x', 'nccl-shared-memory'],
  ['exec: "python3": executable file not found in $PATH', 'no-python'],
  ["ModuleNotFoundError: No module named 'torch'", 'torch-missing'],
  ['exec: "/app/run": stat /app/run: no such file or directory', 'command-missing'],
];
test.each(TEXTS)('%j', (text, id) => {
  expect(findText(text)?.id).toBe(id);
});

test('a text that is not known finds nothing, and every row has an id of its own', () => {
  expect(findText('no such file or directory')).toBeUndefined();
  expect(new Set(DIAGNOSES.map(({ id }) => id)).size).toBe(DIAGNOSES.length);
});

test('every text of the table is tried here', () => {
  const tried = new Set(TEXTS.map(([, id]) => id));
  expect(DIAGNOSES.filter(({ text, id }) => text !== undefined && !tried.has(id))).toEqual([]);
});

test('what a program prints cannot speak for the machine', () => {
  expect(findLogText('nvidia-container-cli: initialization error: nvml error: driver not loaded')).toBeUndefined();
  expect(findLogText('CUDA out of memory')?.id).toBe('out-of-gpu-memory');
});

const HARDWARE = readXid('[1.0] NVRM: Xid (PCI:0000:01:00): 79, pid=1234, GPU has fallen off the bus.');
const APPLICATION = readXid('[1.0] NVRM: Xid (PCI:0000:01:00): 31, pid=1234, Ch 00000008, MMU Fault');
if (HARDWARE === undefined || APPLICATION === undefined) throw new Error('no Xid');

const EVIDENCE: Evidence = {
  problem: sight('phase-failed', 'exit 0 expected, seen 1'),
  fromEngine: false,
  after: undefined,
  xids: [],
  foreign: false,
  throttled: false,
  throughCdi: true,
  inFleet: false,
};
const BROKEN = sight('canary-cuda', 'cuInit: error 999');
test.each<[string, Partial<Evidence>, 'failed' | 'infra', string]>([
  ['image fails, canary passes after', {}, 'failed', 'phase-failed'],
  ['image fails, canary fails after', { after: BROKEN }, 'infra', 'host-broke'],
  ['canary fails after, only application Xid', { after: BROKEN, xids: [APPLICATION] }, 'failed', 'application-xid'],
  ['canary fails after, hardware Xid', { after: BROKEN, xids: [APPLICATION, HARDWARE] }, 'infra', 'hardware-xid'],
  ['hardware Xid, canary passes after', { xids: [HARDWARE] }, 'infra', 'hardware-xid'],
  ['application Xid, canary passes after', { xids: [APPLICATION] }, 'failed', 'application-xid'],
  ['time is over and the GPU is well', { problem: sight('phase-time') }, 'failed', 'phase-time'],
  ['time is over and the GPU was hot', { problem: sight('phase-time'), throttled: true }, 'infra', 'throttled'],
  ['out of memory', { problem: fromWords('CUDA out of memory', 'phase-failed') }, 'failed', 'out-of-gpu-memory'],
  [
    'out of memory while others hold some',
    { problem: fromWords('CUDA out of memory', 'phase-failed'), foreign: true },
    'infra',
    'foreign-memory',
  ],
  [
    'driver requirement, unknown machine',
    { problem: fromWords('unsatisfied condition: cuda>=13', 'phase-failed'), fromEngine: true },
    'infra',
    'driver-requirement',
  ],
  [
    'driver requirement, a machine of the fleet',
    { problem: fromWords('unsatisfied condition: cuda>=13', 'phase-failed'), fromEngine: true, inFleet: true },
    'failed',
    'driver-requirement',
  ],
  [
    'the engine cannot inject, for once',
    { problem: fromWords('unresolvable CDI devices a/b=c', 'phase-failed'), fromEngine: true },
    'infra',
    'cdi-unresolvable',
  ],
  [
    'the engine does not find the program',
    { problem: fromWords('exec: "x": executable file not found in $PATH', 'phase-failed'), fromEngine: true },
    'failed',
    'command-missing',
  ],
  [
    'lost cgroup, legacy mode',
    { problem: fromWords('Failed to initialize NVML: Unknown Error', 'phase-failed'), throughCdi: false },
    'infra',
    'nvml-lost-cgroup',
  ],
  [
    'lost cgroup, said through CDI',
    { problem: fromWords('Failed to initialize NVML: Unknown Error', 'phase-failed') },
    'failed',
    'nvml-lost-cgroup',
  ],
  ['no samples', { problem: sight('sampler-silent') }, 'infra', 'sampler-silent'],
  ['stopped from outside', { problem: sight('cancelled'), after: BROKEN }, 'infra', 'cancelled'],
  ['proves nothing', { problem: sight('test-not-discriminating') }, 'failed', 'test-not-discriminating'],
])('%s', (_, change, verdict, id) => {
  const judged = blame({ ...EVIDENCE, ...change });
  expect([judged.verdict, judged.problem.row.id]).toEqual([verdict, id]);
});

test.each([
  ['550.54.15', '8.9', true],
  ['570.1', '8.9', true],
  ['545.23', '8.9', false],
  ['550.54.15', '9.0', false],
  [undefined, '8.9', false],
])('driver %s, sm %s is in the fleet: %s', (driver, sm, expected) => {
  expect(isInFleet(driver, sm, [{ name: 'l4', sm: '8.9', driver: '550' }])).toBe(expected);
});

test.each([13, 31, 43, 45, 68, 109])('Xid %d is an application’s', (number) => {
  expect(readXid(`NVRM: Xid (PCI:0000:01:00): ${String(number)}, pid=1`)?.application).toBe(true);
});
test.each([48, 63, 74, 79, 94, 119])('Xid %d is the hardware’s', (number) => {
  expect(readXid(`NVRM: Xid (PCI:0000:01:00): ${String(number)}, pid=1`)?.application).toBe(false);
});

function kernel(answers: Readonly<Record<string, readonly [number, string]>>): { readonly processes: Processes } {
  return {
    processes: {
      run: (program) => {
        const found = answers[program];
        if (found === undefined) return Promise.reject(new Fault(`${program} cannot be started`));
        return Promise.resolve({ exitCode: found[0], stdout: found[1], stderr: '', timedOut: false });
      },
    },
  };
}
const OLD = '[10.0] NVRM: Xid (PCI:0000:01:00): 13, pid=1';
const NEW = '[20.0] NVRM: Xid (PCI:0000:01:00): 79, pid=2, GPU has fallen off the bus.';

test('only errors that came during the stage count', async () => {
  const before = await readKernelLog(kernel({ journalctl: [0, `[1.0] boot\n${OLD}\n`] }));
  const after = await readKernelLog(kernel({ journalctl: [0, `[1.0] boot\n${OLD}\n${NEW}\n`] }));
  expect(newXids(before, after).map(({ number }) => number)).toEqual([79]);
  expect(describeXids(before, after)).toEqual({ observed: true, how: 'journalctl -k', lines: [NEW.slice(7)] });
});

test.each([
  ['neither is there', {}],
  ['both refuse', { journalctl: [1, ''], dmesg: [1, ''] }],
  ['both are empty', { journalctl: [0, '-- No entries --\n'], dmesg: [0, ''] }],
] as const)('a kernel log that cannot be read is not silence: %s', async (_, answers) => {
  const log = await readKernelLog(kernel(answers));
  const { observed, how } = describeXids(log, log);
  expect([observed, how]).toEqual([false, expect.stringContaining('not observed')]);
});

test('dmesg is asked where the journal is not readable', async () => {
  expect(await readKernelLog(kernel({ journalctl: [1, ''], dmesg: [0, `${OLD}\n`] }))).toEqual({
    how: 'dmesg',
    lines: [OLD],
  });
});
