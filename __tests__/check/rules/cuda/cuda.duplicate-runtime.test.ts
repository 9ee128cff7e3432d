import { expect, test } from '@jest/globals';
import { cudaDuplicateRuntime } from '../../../../src/check/rules/cuda/cuda.duplicate-runtime.ts';
import { cudaImage } from '../../../support/cuda-image.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import type { TarSpec } from '../../../support/tar-writer.ts';

const SITE = 'opt/venv/lib/python3.11/site-packages';
const toolkit = (name: string, bytes: number): TarSpec => ({
  name: `usr/local/cuda-12.4/lib64/${name}`,
  body: Buffer.alloc(bytes),
});
const wheel = (name: string, bytes: number): TarSpec => ({
  name: `${SITE}/nvidia/cublas/lib/${name}`,
  body: Buffer.alloc(bytes),
});

function judge(files: readonly TarSpec[], settings: unknown = {}) {
  return checkRule(cudaDuplicateRuntime, cudaImage(files), undefined, settings);
}

test('libraries of the toolkit that wheels bring too are counted', () => {
  const files = [
    toolkit('libcublas.so.12', 3000),
    toolkit('libcublasLt.so.12', 5000),
    toolkit('libcufft.so.11', 9000),
    wheel('libcublas.so.12', 3000),
    wheel('libcublasLt.so.12', 5000),
  ];
  expect(messagesOf(judge(files, { allow: '1kB' }))).toEqual([
    '8.00 kB of CUDA libraries (libcublasLt, libcublas) are in the image beside the same ones from Python packages, 1.00 kB allowed',
  ]);
  expect(judge(files).status).toBe('passed');
});

test.each<[string, readonly TarSpec[]]>([
  ['only wheels', [wheel('libcublas.so.12', 3000)]],
  ['only a toolkit', [toolkit('libcublas.so.12', 3000)]],
  ['different ones', [toolkit('libcufft.so.11', 3000), wheel('libcublas.so.12', 3000)]],
])('passes: %s', (_, files) => {
  expect(judge(files, { allow: '0B' }).status).toBe('passed');
});
