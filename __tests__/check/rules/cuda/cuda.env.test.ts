import { expect, test } from '@jest/globals';
import { cudaEnv } from '../../../../src/check/rules/cuda/cuda.env.ts';
import { cudaImage, RUNTIME_LIBRARY } from '../../../support/cuda-image.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

function judge(env: readonly string[], files = [RUNTIME_LIBRARY]) {
  return checkRule(cudaEnv, cudaImage(files, env));
}
const VISIBLE = 'NVIDIA_VISIBLE_DEVICES=all';

test.each<[readonly string[], string]>([
  [[], 'NVIDIA_VISIBLE_DEVICES is not set: under --runtime=nvidia the container gets no GPU'],
  [
    ['CUDA_VERSION=12.4.1', 'NVIDIA_REQUIRE_CUDA=cuda>=12.4'],
    'NVIDIA_VISIBLE_DEVICES is not set: under --runtime=nvidia the container gets no GPU',
  ],
  [
    ['NVIDIA_VISIBLE_DEVICES=void'],
    'NVIDIA_VISIBLE_DEVICES is "void": under --runtime=nvidia the container gets no GPU',
  ],
  [
    [VISIBLE, 'NVIDIA_DRIVER_CAPABILITIES=compute,video'],
    'NVIDIA_DRIVER_CAPABILITIES is "compute,video" and lacks utility',
  ],
  [
    [VISIBLE, 'CUDA_VISIBLE_DEVICES=0'],
    'CUDA_VISIBLE_DEVICES=0 is part of the image and hides every GPU but 0, whatever the machine has',
  ],
  [
    [VISIBLE, 'CUDA_VISIBLE_DEVICES='],
    'CUDA_VISIBLE_DEVICES= is part of the image and hides every GPU, whatever the machine has',
  ],
])('%p', (env, message) => {
  expect(messagesOf(judge(env))).toEqual([message]);
});

test.each([
  [[VISIBLE]],
  [[VISIBLE, 'NVIDIA_DRIVER_CAPABILITIES=all']],
  [[VISIBLE, 'NVIDIA_DRIVER_CAPABILITIES=utility, compute']],
  [['NVIDIA_VISIBLE_DEVICES=0,1']],
  // Legacy images get every GPU.
  [['CUDA_VERSION=10.0.130']],
])('passes: %p', (env) => {
  expect(judge(env).status).toBe('passed');
});

test('an image without CUDA libraries asks for nothing', () => {
  expect(judge(['CUDA_VISIBLE_DEVICES=0'], [{ name: 'usr/lib/libcuda.so.1', body: 'x' }]).status).toBe('skipped');
});
