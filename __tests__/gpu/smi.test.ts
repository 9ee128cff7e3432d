import { describe, expect, test } from '@jest/globals';
import { readApp } from '../../src/gpu/compute-apps.ts';
import { readCudaVersion, readXmlCudaVersion } from '../../src/gpu/cuda-version.ts';
import { askDevices } from '../../src/gpu/devices.ts';
import { lookAtHost, readUuids } from '../../src/gpu/preflight.ts';
import { askFields, askSmi, isDead, readNumber, readRows, readValue } from '../../src/gpu/smi.ts';
import type { ProcessResult, Processes } from '../../src/model/effects.ts';
import { Fault } from '../../src/model/fault.ts';

/** A stand-in for nvidia-smi that answers by the first word that the arguments hold. */
function smi(answers: readonly (readonly [string, string, number?])[]): { readonly processes: Processes } {
  const run = (_: string, argv: readonly string[]): Promise<ProcessResult> => {
    const [, stdout, exitCode = 0] = answers.find(([word]) => argv.some((each) => each.includes(word))) ?? ['', '', 0];
    return Promise.resolve({ exitCode, stdout, stderr: '', timedOut: false });
  };
  return { processes: { run } };
}

const L40S = 'GPU-00000000-0000-4000-8000-00000000040a';
const GOOD = `0, ${L40S}, NVIDIA L40S, 550.54.15, 46068, 3, Disabled, 8.9, Disabled, None`;
const HEAD = '| NVIDIA-SMI 550.54.15    Driver Version: 550.54.15    CUDA Version: 12.4 |';

test.each([
  '[N/A]',
  'N/A',
  '',
  '[Not Supported]',
  '[Unknown Error]',
  '[Insufficient Permissions]',
  '[Function Not Found]',
  '[Requested functionality has been deprecated]',
  '[GPU is lost]',
  '[GPU requires reset]',
  'ERR!',
])('%j is no value, and never 0', (text) => {
  expect([readValue(text), readNumber(text)]).toEqual([null, null]);
});

test.each([
  ['0', 0],
  ['100 %', 100],
  ['32362 MiB', 32_362],
  ['77.71 W', 77.71],
])('%j is %d', (text, number) => {
  expect(readNumber(text)).toBe(number);
});

test.each([
  ['ERR!', true],
  ['[GPU is lost]', true],
  ['[Unknown Error]', true],
  ['[N/A]', false],
  ['NVIDIA L4', false],
])('%j is a value of a lost GPU: %s', (text, dead) => {
  expect(isDead(text)).toBe(dead);
});

test.each([
  [HEAD, '12.4'],
  ['| NVIDIA-SMI 610.57.04   KMD Version: 610.57.04     CUDA UMD Version: 13.3  |', '13.3'],
  ['CUDA version : Deprecated, see "CUDA UMD version" instead', undefined],
  ['| NVIDIA-SMI 470.57.02    Driver Version: 470.57.02    CUDA Version: N/A |', undefined],
])('the CUDA version of %j', (table, version) => {
  expect(readCudaVersion(table)).toBe(version);
});

test('the CUDA version stands in the XML too', () => {
  expect(readXmlCudaVersion('<nvidia_smi_log><cuda_version>12.8</cuda_version>')).toBe('12.8');
});

test('rows of another length are none: an error sentence is not a GPU', () => {
  expect(readRows('NVIDIA-SMI has failed because it could not', ['index', 'name'])).toEqual([]);
});

test('UUIDs of GPUs and of MIG devices', () => {
  const list = `GPU 0: NVIDIA H100 (UUID: ${L40S})\n  MIG 1g.10gb     Device  0: (UUID: MIG-11111111-2222-5333-8444-555555555555)`;
  expect(readUuids(list)).toEqual([L40S, 'MIG-11111111-2222-5333-8444-555555555555']);
});

test.each([
  [`${L40S}, 10309, ./gpu_burn, 28234`, { pid: 10_309, name: './gpu_burn', memory: 28_234 }],
  [`${L40S}, 10309, [Insufficient Permissions], [N/A]`, { pid: 10_309, name: '?', memory: null }],
  ['No running processes found', undefined],
])('compute app %j', (line, app) => {
  expect(readApp(line)).toEqual(app);
});

test('an unknown field fails the whole question: the next set is asked', async () => {
  const asked: string[] = [];
  const run = (_: string, argv: readonly string[]): Promise<ProcessResult> => {
    asked.push(argv[0] ?? '');
    const unknown = /(?<field>gpu_recovery_action|mig\.mode\.current)/.exec(argv[0] ?? '')?.groups?.['field'];
    return Promise.resolve(
      unknown === undefined
        ? { exitCode: 0, stdout: 'fine', stderr: '', timedOut: false }
        : { exitCode: 2, stdout: `Field "${unknown}" is not a valid field to query.`, stderr: '', timedOut: false },
    );
  };
  const { fields, answer } = await askFields({ processes: { run } }, 'query-gpu', [
    ['index', 'mig.mode.current', 'gpu_recovery_action'],
    ['index', 'mig.mode.current'],
    ['index'],
  ]);
  expect([asked.length, fields, answer]).toEqual([3, ['index'], { kind: 'answer', text: 'fine' }]);
});

test('a damaged infoROM (14) is an answer; there is no program: missing', async () => {
  expect(await askSmi(smi([['-L', 'GPU 0', 14]]), ['-L'])).toEqual({ kind: 'answer', text: 'GPU 0' });
  const processes = { run: () => Promise.reject(new Fault('nvidia-smi cannot be started: there is no such program')) };
  expect(await askSmi({ processes }, [])).toMatchObject({ kind: 'missing' });
});

test('devices with what an old driver does not know left out', async () => {
  const old = smi([
    ['mig.mode.current', 'Field "mig.mode.current" is not a valid field to query.', 2],
    ['query-gpu', `0, ${L40S}, Tesla V100, 418.40, 16160, 0, Enabled`],
  ]);
  expect(await askDevices(old)).toMatchObject({
    devices: [{ name: 'Tesla V100', mig: false, persistence: true, memoryUsed: 0, driver: '418.40' }],
  });
});

describe('preflight', () => {
  const host = (row: string, apps = ''): { readonly processes: Processes } =>
    smi([
      ['query-gpu', row],
      ['query-compute-apps', apps],
      ['-L', `GPU 0: NVIDIA L40S (UUID: ${L40S})`],
      ['', HEAD],
    ]);
  test('a healthy machine', async () => {
    const seen = await lookAtHost(host(GOOD), 1, 'before');
    expect(seen.problem).toBeUndefined();
    expect(seen).toMatchObject({
      listed: [L40S],
      host: {
        driver: '550.54.15',
        devices: [{ name: 'NVIDIA L40S', sm: '8.9', memoryUsed: 3 * 2 ** 20, persistence: false }],
      },
    });
  });

  test.each([
    ['a value of a lost GPU', GOOD.replace('NVIDIA L40S', 'ERR!'), '', 'gpu-dead'],
    ['memory that cannot be read', GOOD.replace(', 3,', ', [GPU is lost],'), '', 'gpu-dead'],
    ['a recovery that is asked for', GOOD.replace('None', 'Reset'), '', 'gpu-recovery'],
    ['memory that is not free', GOOD.replace(', 3,', ', 30000,'), '', 'baseline-memory'],
    ['somebody else', GOOD, `${L40S}, 10309, ./gpu_burn, 28234`, 'foreign-process'],
    ['fewer GPUs than asked for', GOOD, '', 'no-gpu'],
  ])('%s', async (name, row, apps, id) => {
    const { problem } = await lookAtHost(host(row, apps), name.startsWith('fewer') ? 2 : 1, 'before');
    expect(problem?.row).toMatchObject({ id, blame: 'infra' });
  });

  test('afterwards the image’s own left-overs are no fault of the machine', async () => {
    const apps = `${L40S}, 10309, python, 28234`;
    expect((await lookAtHost(host(GOOD.replace(', 3,', ', 30000,'), apps), 1, 'after')).problem).toBeUndefined();
  });

  test.each([
    [
      9,
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure …",
      'driver-not-loaded',
    ],
    [12, "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system.", 'driver-library-missing'],
    [15, 'Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost.', 'fell-off-the-bus'],
    [18, 'Failed to initialize NVML: Driver/library version mismatch', 'nvml-version-mismatch'],
    [255, 'something new', 'nvidia-smi-failed'],
  ])('exit %d: %s', async (code, text, id) => {
    const { problem } = await lookAtHost(smi([['', text, code]]), 1, 'before');
    expect(problem?.row.id).toBe(id);
    expect(problem?.seen).toContain(`exit ${String(code)}`);
  });

  test('MIG is seen', async () => {
    const row = GOOD.replace('8.9, Disabled', '9.0, Enabled');
    expect((await lookAtHost(host(row), 1, 'before')).devices[0]?.mig).toBe(true);
  });
});
