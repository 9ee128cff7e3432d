import { expect, test } from '@jest/globals';
import { cudaGpuCode } from '../../../../src/check/rules/cuda/cuda.gpu-code.ts';
import type { FleetGpu } from '../../../../src/model/gpu-config.ts';
import { cudaImage, RUNTIME_LIBRARY } from '../../../support/cuda-image.ts';
import { elfWith, fatBinary } from '../../../support/fat-binary.ts';
import { gpuImage } from '../../../support/gpu.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

const SITE = 'usr/local/lib/python3.11/site-packages';
const FLEET: readonly FleetGpu[] = [
  { name: 't4', sm: '7.5', driver: '550' },
  { name: 'l4', sm: '8.9', driver: '550' },
];

function judge(paths: readonly string[], fleet = FLEET, settings: unknown = {}) {
  const files = paths.map((name) => ({ name, body: elfWith(fatBinary('sm_80', 'sm_90')) }));
  return checkRule(cudaGpuCode, cudaImage([RUNTIME_LIBRARY, ...files]), gpuImage(fleet), settings);
}

test('an extension without code for a declared GPU is told', () => {
  expect(messagesOf(judge([`${SITE}/flash_attn_2_cuda.so`]))).toEqual([
    `/${SITE}/flash_attn_2_cuda.so holds code for sm_80 sm_90: none of it runs on t4 (sm_75, driver 550, CUDA 12.4)`,
  ]);
});

test('of a package with a library for each CUDA one that fits is enough', () => {
  const site = `${SITE}/bitsandbytes/libbitsandbytes_`;
  const files = [
    { name: `${site}cuda118.so`, body: elfWith(fatBinary('sm_75', 'sm_80')) },
    { name: `${site}cuda128.so`, body: elfWith(fatBinary('sm_80', 'sm_100')) },
  ];
  const judgeFor = (sm: string) => {
    const fleet = [{ name: 'it', sm, driver: '580' }];
    return checkRule(cudaGpuCode, cudaImage([RUNTIME_LIBRARY, ...files]), gpuImage(fleet));
  };
  expect(judgeFor('7.5').status).toBe('passed');
  expect(judgeFor('10.0').status).toBe('passed');
  expect(messagesOf(judgeFor('12.0'))).toEqual([
    `/${site}cuda118.so and its variants (1 more) holds code for sm_100 sm_75 sm_80: none of it runs on it (sm_120, driver 580, CUDA 13.0)`,
  ]);
});

test('a program of one’s own is judged the same way', () => {
  expect(messagesOf(judge(['app/bin/train']))).toHaveLength(1);
});

test.each<[string, readonly string[], readonly FleetGpu[], unknown, unknown]>([
  ['code for every GPU', ['app/x.so'], FLEET.slice(1), {}, { status: 'passed', seen: '1 file with GPU code' }],
  ['a library that may', [`${SITE}/flash_attn/x.so`], FLEET, { allow: ['flash_attn'] }, { status: 'passed' }],
  [
    'NVIDIA’s and PyTorch’s own',
    [
      `${SITE}/nvidia/cusparselt/lib/libcusparseLt.so.0`,
      `${SITE}/torch/lib/libtorch_cuda_linalg.so`,
      `${SITE}/torch/lib/libcusparseLt-f8b4a9fb.so.0`,
      `${SITE}/torchvision.libs/libnvjpeg.02b6d700.so.12`,
      'usr/lib/x86_64-linux-gnu/libnccl.so.2.19.3',
      'usr/local/cuda-12.4/lib64/libnvjpeg.so.12',
    ],
    FLEET,
    {},
    { status: 'skipped', reason: 'only PyTorch and NVIDIA’s libraries hold GPU code' },
  ],
  ['nothing declared', ['app/x.so'], [], {}, { status: 'skipped', reason: 'no GPU is declared (gpu.fleet)' }],
])('%s is no finding', (_, paths, fleet, settings, expected) => {
  expect(judge(paths, fleet, settings)).toMatchObject(expected as object);
});
