import { expect, test } from '@jest/globals';
import { cudaRequire } from '../../../../src/check/rules/cuda/cuda.require.ts';
import { cudaImage, RUNTIME_LIBRARY } from '../../../support/cuda-image.ts';
import { gpuImage } from '../../../support/gpu.ts';
import type { FleetGpu } from '../../../../src/model/gpu-config.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import type { TarSpec } from '../../../support/tar-writer.ts';

function judge(env: readonly string[], settings: unknown = {}) {
  return checkRule(cudaRequire, cudaImage([RUNTIME_LIBRARY], env), undefined, settings);
}
const REAL = 'NVIDIA_REQUIRE_CUDA=cuda>=12.4 brand=tesla,driver>=470,driver<471 brand=tesla,driver>=535,driver<536';

test.each<[readonly string[], unknown, string]>([
  [
    ['NVIDIA_DISABLE_REQUIRE=1'],
    {},
    'NVIDIA_DISABLE_REQUIRE=1: on a machine with too old a driver the image starts and fails later',
  ],
  [['NVIDIA_REQUIRE_CUDA=cuda>=12 banana'], {}, 'NVIDIA_REQUIRE_CUDA holds what is no constraint: banana'],
  [
    [REAL],
    { driver: '535.104.05', brand: 'geforce' },
    'NVIDIA_REQUIRE_CUDA excludes the declared machine (driver 535.104.05, CUDA 12.2): it asks for cuda>=12.4 or brand=tesla,driver>=470,driver<471 or brand=tesla,driver>=535,driver<536',
  ],
  [
    ['NVIDIA_REQUIRE_CUDA=cuda>=12.4'],
    { driver: '440' },
    'CUDA 12.4.1 needs driver 525 or newer: not the declared machine (driver 440)',
  ],
  // Without a requirement variable the image's own CUDA version is what the runtime asks for.
  [
    ['CUDA_VERSION=12.4.1'],
    { driver: '535' },
    'CUDA_VERSION excludes the declared machine (driver 535, CUDA 12.2): it asks for cuda>=12.4',
  ],
  [
    ['CUDA_VERSION=12.4.1', 'NVIDIA_REQUIRE_ARCH=arch>=7.0'],
    { driver: '535' },
    'CUDA_VERSION excludes the declared machine (driver 535, CUDA 12.2): it asks for cuda>=12.4',
  ],
])('%p with %p', (env, settings, message) => {
  const all = message.startsWith('CUDA 12.4') ? [...env, 'CUDA_VERSION=12.4.1'] : env;
  expect(messagesOf(judge(all, settings))).toEqual([message]);
});

test.each<[readonly string[], unknown]>([
  [[], {}],
  [[REAL], {}],
  [[REAL], { driver: '550' }],
  [[REAL], { driver: '535', brand: 'tesla' }],
  // The brand is not declared: it cannot be said.
  [[REAL], { driver: '535' }],
  [['NVIDIA_DISABLE_REQUIRE=false'], {}],
  [['NVIDIA_REQUIRE_JETPACK=csv-mounts=all'], {}],
  [[], { driver: '440' }],
])('passes: %p with %p', (env, settings) => {
  expect(judge(env, settings).status).toBe('passed');
});

test('a driver is a number', () => {
  expect(cudaRequire.settings.safeParse({ driver: 'newest' }).success).toBe(false);
});

const L4 = { name: 'l4', sm: '8.9', driver: '550' };
const OLD = { name: 'old', sm: '7.5', driver: '535.104' };
const COMPAT = { name: 'usr/local/cuda/compat/libcuda.so.550.54.15', body: 'driver' };

function judgeFleet(fleet: readonly FleetGpu[], env: readonly string[], files: readonly TarSpec[] = []) {
  return checkRule(cudaRequire, cudaImage([RUNTIME_LIBRARY, ...files], env), gpuImage(fleet));
}

test('every machine of the fleet is judged, with both remedies', () => {
  const judgement = judgeFleet([L4, OLD], ['NVIDIA_REQUIRE_CUDA=cuda>=12.4', 'CUDA_VERSION=12.4.1']);
  expect(judgement).toMatchObject({
    status: 'failed',
    findings: [
      {
        message: 'NVIDIA_REQUIRE_CUDA excludes old (sm_75, driver 535.104, CUDA 12.2): it asks for cuda>=12.4',
        seen: '535.104',
        remedy: 'Update its driver to 550 or newer, or build on CUDA 12.2 or older.',
      },
    ],
  });
  expect(judgement.status === 'failed' && judgement.findings).toHaveLength(1);
});

test.each<[string, FleetGpu, readonly string[], readonly TarSpec[], string]>([
  [
    'a GPU that is too old for the image',
    OLD,
    ['NVIDIA_REQUIRE_ARCH=arch>=8.0'],
    [],
    'NVIDIA_REQUIRE_ARCH excludes old (sm_75, driver 535.104, CUDA 12.2): it asks for arch>=8.0',
  ],
  [
    'a major version the driver does not know',
    L4,
    ['CUDA_VERSION=13.0.1', 'NVIDIA_DISABLE_REQUIRE=1'],
    [],
    'CUDA 13.0.1 needs driver 580 or newer: not l4 (sm_89, driver 550, CUDA 12.4)',
  ],
  [
    'forward compatibility on a card that refuses it',
    { name: 'rtx-4090', sm: '8.9', driver: '550' },
    ['CUDA_VERSION=13.0.1', 'NVIDIA_DISABLE_REQUIRE=1'],
    [COMPAT],
    'CUDA 13.0.1 needs driver 580 or newer: not rtx-4090 (sm_89, driver 550, CUDA 12.4)',
  ],
  [
    'forward compatibility on too old a driver',
    { ...L4, driver: '525' },
    ['CUDA_VERSION=13.0.1', 'NVIDIA_DISABLE_REQUIRE=1'],
    [COMPAT],
    'CUDA 13.0.1 needs driver 580 or newer: not l4 (sm_89, driver 525, CUDA 12.0)',
  ],
  [
    'libraries for that which are empty',
    L4,
    ['CUDA_VERSION=13.0.1', 'NVIDIA_DISABLE_REQUIRE=1'],
    [{ ...COMPAT, body: '' }],
    'CUDA 13.0.1 needs driver 580 or newer: not l4 (sm_89, driver 550, CUDA 12.4)',
  ],
])('%s fails', (_, gpu, env, files, message) => {
  expect(messagesOf(judgeFleet([gpu], env, files))).toEqual([message]);
});

test.each<[string, FleetGpu, readonly string[], readonly TarSpec[], string]>([
  [
    'the driver of that CUDA',
    L4,
    ['NVIDIA_REQUIRE_CUDA=cuda>=12.4'],
    [],
    'NVIDIA_REQUIRE_CUDA on l4 (sm_89, driver 550, CUDA 12.4)',
  ],
  // Minor version compatibility: 525 and newer run every CUDA 12.
  [
    'an older one of that major version',
    OLD,
    ['CUDA_VERSION=12.4.1', 'NVIDIA_REQUIRE_CUDA=driver>=525'],
    [],
    'NVIDIA_REQUIRE_CUDA on old',
  ],
  ['a branch that the requirement names', OLD, [REAL], [], 'NVIDIA_REQUIRE_CUDA on old'],
  ['forward compatibility', L4, ['CUDA_VERSION=13.0.1', 'NVIDIA_DISABLE_REQUIRE=1'], [COMPAT], 'CUDA_VERSION on l4'],
  // What it offers nobody can say yet.
  [
    'a driver newer than the table',
    { ...L4, driver: '999' },
    ['NVIDIA_REQUIRE_CUDA=cuda>=14.2'],
    [],
    'NVIDIA_REQUIRE_CUDA on l4 (sm_89, driver 999)',
  ],
  [
    'a disabled requirement, as the machines are declared',
    L4,
    ['NVIDIA_DISABLE_REQUIRE=1', 'NVIDIA_REQUIRE_CUDA=cuda>=13.0'],
    [],
    'NVIDIA_REQUIRE_CUDA on l4',
  ],
])('%s passes', (_, gpu, env, files, seen) => {
  const judgement = judgeFleet([gpu], env, files);
  expect(judgement).toMatchObject({ status: 'passed', seen: expect.stringContaining(seen) });
});

test('of a long requirement the first groups are told', () => {
  const groups = Array.from({ length: 9 }, (_, index) => `driver=${String(470 + index)}`).join(' ');
  expect(messagesOf(judgeFleet([L4], [`NVIDIA_REQUIRE_CUDA=${groups}`]))).toEqual([
    expect.stringMatching(/it asks for driver=470 or driver=471 or driver=472 or one of 6 more$/),
  ]);
});
