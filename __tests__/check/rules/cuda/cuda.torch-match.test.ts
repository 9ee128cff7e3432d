import { expect, test } from '@jest/globals';
import { cudaTorchMatch } from '../../../../src/check/rules/cuda/cuda.torch-match.ts';
import type { FleetGpu, GpuConfig } from '../../../../src/model/gpu-config.ts';
import { torchOf } from '../../../support/cuda-image.ts';
import { elfWith, fatBinary } from '../../../support/fat-binary.ts';
import { gpuImage } from '../../../support/gpu.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import type { TarSpec } from '../../../support/tar-writer.ts';

const SITE = 'usr/local/lib/python3.11/site-packages';
const L4: FleetGpu = { name: 'l4', sm: '8.9', driver: '550' };
/** What the wheels of PyTorch 2.5 for CUDA 12.1 hold. */
const WHEEL = ['sm_50', 'sm_60', 'sm_70', 'sm_75', 'sm_80', 'sm_86', 'sm_90', 'sm_90a'];

function torch(targets: readonly string[], cuda: string | null = '12.1', site = SITE): TarSpec[] {
  const written = cuda === null ? 'None' : `'${cuda}'`;
  const version = `from typing import Optional\n__version__ = '2.5.1'\ncuda: Optional[str] = ${written}\nhip = None\n`;
  return [
    { name: `${site}/torch/version.py`, body: version },
    {
      name: `${site}/torch/lib/libtorch_cuda.so`,
      body: elfWith(...(targets.length > 0 ? [fatBinary(...targets)] : [])),
    },
  ];
}

function judge(files: readonly TarSpec[], fleet: readonly FleetGpu[] = [L4], change: Partial<GpuConfig> = {}) {
  const found = torchOf(files);
  if (found === undefined) throw new Error('there is no PyTorch');
  return checkRule(cudaTorchMatch, { torch: found }, gpuImage(fleet, change));
}

test.each<[string, readonly string[], FleetGpu]>([
  ['machine code of a lower minor version', WHEEL, L4],
  ['machine code for exactly it', WHEEL, { ...L4, sm: '9.0' }],
  ['PTX, and a driver that knows its CUDA', ['sm_50', 'compute_80'], L4],
])('%s passes', (_, targets, gpu) => {
  expect(judge(torch(targets), [gpu])).toEqual({
    status: 'passed',
    seen: `PyTorch 2.5.1, CUDA 12.1, ${[...targets].sort().join(' ')}`,
  });
});

test.each<[string, readonly TarSpec[], FleetGpu, string]>([
  [
    'a GPU that came later',
    torch(WHEEL),
    { name: 'rtx-5090', sm: '12.0', driver: '580' },
    `PyTorch 2.5.1 holds code for ${WHEEL.join(' ')}: none of it runs on rtx-5090 (sm_120, driver 580, CUDA 13.0)`,
  ],
  [
    'code for exactly another GPU',
    torch(['sm_90a']),
    { name: 'b200', sm: '10.0', driver: '580' },
    'PyTorch 2.5.1 holds code for sm_90a: none of it runs on b200 (sm_100, driver 580, CUDA 13.0)',
  ],
  [
    'a driver that is too old',
    torch(WHEEL, '13.0'),
    L4,
    'PyTorch 2.5.1 is built for CUDA 13.0, which needs driver 580 or newer: not l4 (sm_89, driver 550, CUDA 12.4)',
  ],
  [
    'PTX that the driver cannot compile',
    torch(['compute_80'], '12.8'),
    L4,
    'PyTorch 2.5.1 has only PTX for l4 (sm_89, driver 550, CUDA 12.4), written by CUDA 12.8, which that driver cannot compile',
  ],
])('%s fails', (_, files, gpu, message) => {
  expect(messagesOf(judge(files, [gpu]))).toEqual([message]);
});

test('the driver libraries of a forward compatibility package count', () => {
  const compat = { name: 'usr/local/cuda-13.0/compat/libcuda.so.580.65.06', body: 'driver' };
  expect(judge([...torch(WHEEL, '13.0'), compat]).status).toBe('passed');
});

test('each GPU is judged, and each environment', () => {
  const files = [...torch(['sm_80']), ...torch(['sm_75'], '12.1', 'opt/venv/lib/python3.11/site-packages')];
  const t4 = { name: 't4', sm: '7.5', driver: '550' };
  expect(messagesOf(judge(files, [L4, t4]))).toEqual([
    expect.stringContaining('holds code for sm_75: none of it runs on l4'),
    expect.stringContaining('holds code for sm_80: none of it runs on t4'),
  ]);
});

test('a distribution keeps the libraries with those of the system', () => {
  const files = [
    { name: 'usr/lib/python3/dist-packages/torch/version.py', body: "__version__ = '1.13'\ncuda = '11.8'\n" },
    { name: 'usr/lib/x86_64-linux-gnu/libtorch_cuda.so.1.13', body: elfWith(fatBinary('sm_86')) },
  ];
  expect(judge(files)).toMatchObject({ status: 'passed', seen: 'PyTorch 1.13, CUDA 11.8, sm_86' });
});

test('libraries in which no code is found leave it open', () => {
  expect(judge(torch([]))).toEqual({
    status: 'undecided',
    reason: `no GPU code was found in the libraries of PyTorch 2.5.1 (/${SITE}/torch/version.py)`,
  });
});

test('a PyTorch without CUDA fails where a phase asks it for a GPU', () => {
  const see = {
    name: 'see',
    work: { kind: 'probe', probe: 'torch' },
    mounts: [],
    within: 1000,
    expect: { exit: 0 },
    withoutGpu: 'skip',
    place: { file: 'slipway.yml' },
  } as const;
  expect(messagesOf(judge(torch([], null), [], { phases: [see] }))).toEqual([
    'PyTorch 2.5.1 is built without CUDA, and the GPU phase "see" asks it for a GPU',
  ]);
  // An image that may do without a GPU may do with this PyTorch.
  expect(judge(torch([], null), [L4], { phases: [see], required: false })).toMatchObject({ status: 'skipped' });
  expect(judge(torch([], null), [L4])).toEqual({
    status: 'skipped',
    reason: 'PyTorch in the image is built without CUDA',
  });
});

test('without PyTorch or a fleet there is nothing to match', () => {
  expect(torchOf([{ name: 'app/torch/version.py', body: "cuda = '12.1'" }])).toBeUndefined();
  expect(judge(torch(WHEEL), [])).toEqual({ status: 'skipped', reason: 'no GPU is declared (gpu.fleet)' });
});
