import { expect, test } from '@jest/globals';
import { sizeCudaInCpuImage } from '../../../../src/check/rules/size/size.cuda-in-cpu-image.ts';
import { judgeFiles } from '../../../support/file-facts.ts';
import { messagesOf } from '../../../support/judging.ts';
import type { TarSpec } from '../../../support/tar-writer.ts';

const SITE = 'usr/local/lib/python3.11/site-packages';
const WHEELS: readonly TarSpec[] = [
  { name: `${SITE}/nvidia/cublas/lib/libcublasLt.so.12`, body: 'x'.repeat(500) },
  { name: `${SITE}/nvidia/cuda_runtime/lib/libcudart.so.12`, body: 'x'.repeat(100) },
  { name: `${SITE}/nvidia_cublas_cu12-12.1.3.1.dist-info/METADATA`, body: 'Name: nvidia-cublas-cu12\n' },
];

test('libraries of wheels are summed by layer, with the wheels that brought them', () => {
  const judgement = judgeFiles(sizeCudaInCpuImage, { layers: [WHEELS], instructions: ['RUN pip install torch'] });
  expect(judgement).toMatchObject({
    findings: [
      {
        message:
          '600 B of CUDA libraries in layer 1 `RUN pip install torch` (nvidia_cublas_cu12): ' +
          `/${SITE}/nvidia/cublas/lib/libcublasLt.so.12 500 B`,
        allowed: 'none',
        place: { inImage: true },
        remedy: expect.stringContaining('CPU wheels'),
      },
    ],
  });
});

test.each([
  'usr/local/cuda-12.1/targets/x86_64-linux/lib/libcudart.so.12.1.105',
  'usr/lib/x86_64-linux-gnu/libcudnn_ops_infer.so.8.9.0',
  `${SITE}/torch/lib/libcudart-d0da41ae.so.11.0`,
  `${SITE}/torch/lib/libtorch_cuda.so`,
  `${SITE}/torch/lib/libtorch_cuda_linalg.so`,
  'opt/lib/libnccl.so.2',
])('%s is one', (name) => {
  expect(judgeFiles(sizeCudaInCpuImage, { layers: [[{ name, body: 'x' }]] }).status).toBe('failed');
});

test.each<[string, TarSpec]>([
  ['a stub for the linker', { name: 'usr/local/cuda/lib64/stubs/libcublas.so', body: 'x' }],
  ['a link', { name: 'usr/lib/libcudart.so', type: '2', link: 'libcudart.so.12' }],
  ['torch for CPUs', { name: `${SITE}/torch/lib/libtorch_cpu.so`, body: 'x' }],
  ['a header', { name: 'usr/include/cudart.h', body: 'x' }],
  ['a library with such a beginning', { name: 'usr/lib/libcudartist.so.1', body: 'x' }],
  ['ncclient, a Python package', { name: `${SITE}/ncclient/libnccl.so.py`, body: 'x' }],
  ['the monitor of a GPU', { name: `${SITE}/nvidia_ml_py-12.535.108.dist-info/METADATA`, body: 'x' }],
])('%s passes', (_, entry) => {
  expect(judgeFiles(sizeCudaInCpuImage, { layers: [[entry]] })).toEqual({ status: 'passed', seen: 'none' });
});

test('two names of one library count once, a library a later layer removed not at all', () => {
  const library = { name: 'opt/libcudart.so.12', body: 'x'.repeat(70) };
  const linked = [library, { name: 'opt/libcudart.so.12.1', type: '1', link: library.name }];
  expect(messagesOf(judgeFiles(sizeCudaInCpuImage, { layers: [linked] }))[0]).toMatch(/^70 B of CUDA/);
  const layers = [[library], [{ name: 'opt/.wh.libcudart.so.12' }]];
  expect(judgeFiles(sizeCudaInCpuImage, { layers }).status).toBe('passed');
});

test.each([
  ['NVIDIA_VISIBLE_DEVICES=all', 'skipped'],
  ['NVIDIA_VISIBLE_DEVICES=GPU-1', 'skipped'],
  ['NVIDIA_REQUIRE_CUDA=cuda>=12.1', 'skipped'],
  ['NVIDIA_VISIBLE_DEVICES=void', 'failed'],
  ['NVIDIA_VISIBLE_DEVICES=none', 'failed'],
  ['NVIDIA_VISIBLE_DEVICES=', 'failed'],
  ['NVIDIA_DRIVER_CAPABILITIES=compute', 'failed'],
])('%s: %s', (variable, status) => {
  expect(judgeFiles(sizeCudaInCpuImage, { layers: [WHEELS], config: { env: [variable] } }).status).toBe(status);
});
