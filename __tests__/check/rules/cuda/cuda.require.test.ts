import { expect, test } from '@jest/globals';
import { cudaRequire } from '../../../../src/check/rules/cuda/cuda.require.ts';
import { cudaImage, RUNTIME_LIBRARY } from '../../../support/cuda-image.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

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
  [[REAL], { driver: '535.104.05', brand: 'geforce' }, 'NVIDIA_REQUIRE_CUDA excludes driver 535.104.05 (CUDA 12.2)'],
  [['NVIDIA_REQUIRE_CUDA=cuda>=12.4'], { driver: '440' }, 'CUDA 12.4.1 needs driver 525 or newer, declared is 440'],
  // Without a requirement variable the image's own CUDA version is what the runtime asks for.
  [['CUDA_VERSION=12.4.1'], { driver: '535' }, 'CUDA_VERSION excludes driver 535 (CUDA 12.2)'],
  [
    ['CUDA_VERSION=12.4.1', 'NVIDIA_REQUIRE_ARCH=arch>=7.0'],
    { driver: '535' },
    'CUDA_VERSION excludes driver 535 (CUDA 12.2)',
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
