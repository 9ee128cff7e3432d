import { expect, test } from '@jest/globals';
import { loaderFolders } from '../../../src/check/loader-path.ts';
import { describeCuda } from '../../../src/check/probes/cuda.ts';
import { blankDescription, blankRuntime } from '../../support/blank.ts';
import { cudaImage } from '../../support/cuda-image.ts';
import { filesOf } from '../../support/file-facts.ts';

test('an image without CUDA says so', () => {
  const files = filesOf([[{ name: 'usr/lib/libc.so.6' }, { name: 'opt/cuda-notes/README' }]]);
  expect(describeCuda(files, blankDescription())).toEqual({
    state: 'skipped',
    reason: 'there is no CUDA in the image',
  });
});

test('libraries are named without version and hash, stubs and links left out', () => {
  const { cuda } = cudaImage([
    { name: 'usr/local/cuda-12.4/targets/x86_64-linux/lib/libcublasLt.so.12.4.5.8', body: 'abc' },
    { name: 'usr/local/cuda-12.4/lib64/libcublasLt.so.12', type: '2', link: 'libcublasLt.so.12.4.5.8' },
    { name: 'usr/local/cuda-12.4/lib64/stubs/libcublas.so' },
    { name: 'v/lib/python3.11/site-packages/torch/lib/libcudart-d0da41ae.so.11.0', body: 'de' },
    { name: 'v/lib/python3.11/site-packages/nvidia/cudnn/lib/libcudnn_ops.so.9' },
    { name: 'usr/lib/libcudarty.so' },
    { name: 'v/lib/python3.11/site-packages/torchvision.libs/libcudart.41118559.so.12' },
  ]);
  expect(cuda.libraries).toEqual([
    {
      name: 'libcublasLt',
      path: 'usr/local/cuda-12.4/targets/x86_64-linux/lib/libcublasLt.so.12.4.5.8',
      size: 3,
      wheel: false,
    },
    {
      name: 'libcudnn_ops',
      path: 'v/lib/python3.11/site-packages/nvidia/cudnn/lib/libcudnn_ops.so.9',
      size: 0,
      wheel: true,
    },
    {
      name: 'libcudart',
      path: 'v/lib/python3.11/site-packages/torch/lib/libcudart-d0da41ae.so.11.0',
      size: 2,
      wheel: true,
    },
    {
      name: 'libcudart',
      path: 'v/lib/python3.11/site-packages/torchvision.libs/libcudart.41118559.so.12',
      size: 0,
      wheel: true,
    },
  ]);
});

test('the compiler of a toolkit counts, that of a Python package does not', () => {
  const { cuda } = cudaImage([
    { name: 'usr/local/cuda-12.4/bin/nvcc', mode: 0o755, body: 'nvcc' },
    { name: 'usr/local/cuda-12.4/lib64/libcudart_static.a', body: 'static' },
    { name: 'usr/local/cuda-12.4/include/cuda.h', body: 'h' },
    { name: 'v/lib/python3.11/site-packages/nvidia/cu13/bin/nvcc', body: 'wheel' },
  ]);
  expect(cuda).toMatchObject({ compilers: ['usr/local/cuda-12.4/bin/nvcc'], developmentBytes: 11 });
});

test('the loader looks where the configuration, the environment and its own list say', () => {
  const files = filesOf([
    [
      { name: 'etc/ld.so.conf', body: 'include /etc/ld.so.conf.d/*.conf\n' },
      { name: 'etc/ld.so.conf.d/cuda.conf', body: '# comment\n/usr/local/cuda/lib64 # here\n/not/there\n' },
      { name: 'usr/local/cuda', type: '2', link: 'cuda-12.4' },
      { name: 'usr/local/cuda-12.4/lib64/x' },
      { name: 'lib', type: '2', link: 'usr/lib' },
      { name: 'usr/lib/x86_64-linux-gnu/x' },
      { name: 'app/lib/x' },
      { name: 'opt/lib/x' },
    ],
  ]);
  const config = blankRuntime({ env: ['LD_LIBRARY_PATH=:lib:/gone'], workingDirectory: '/app' });
  expect([...loaderFolders(files, blankDescription({ config }))].sort()).toEqual([
    'app/lib',
    'usr/lib',
    'usr/lib/x86_64-linux-gnu',
    'usr/local/cuda-12.4/lib64',
  ]);
});
