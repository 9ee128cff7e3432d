import { expect, test } from '@jest/globals';
import { cudaDevelBase } from '../../../../src/check/rules/cuda/cuda.devel-base.ts';
import { cudaImage, RUNTIME_LIBRARY } from '../../../support/cuda-image.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

test('the compiler is named with what comes with it', () => {
  const files = [
    { name: 'usr/local/cuda-12.4/bin/nvcc', mode: 0o755, body: 'nvcc' },
    { name: 'usr/local/cuda-12.4/lib64/libcublas_static.a', body: Buffer.alloc(2000) },
  ];
  expect(messagesOf(checkRule(cudaDevelBase, cudaImage(files)))).toEqual([
    'the CUDA compiler is in the image (/usr/local/cuda-12.4/bin/nvcc); headers, static libraries and tools of the toolkit take 2.00 kB',
  ]);
});

test('a runtime base passes', () => {
  expect(checkRule(cudaDevelBase, cudaImage([RUNTIME_LIBRARY]))).toEqual({ status: 'passed', seen: 'no nvcc' });
});
