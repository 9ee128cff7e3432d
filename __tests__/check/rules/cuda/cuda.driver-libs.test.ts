import { expect, test } from '@jest/globals';
import { cudaDriverLibs } from '../../../../src/check/rules/cuda/cuda.driver-libs.ts';
import { cudaImage, RUNTIME_LIBRARY } from '../../../support/cuda-image.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import type { TarSpec } from '../../../support/tar-writer.ts';

const STUB = 'usr/local/cuda/lib64/stubs';

function judge(files: readonly TarSpec[], env: readonly string[] = []) {
  return checkRule(cudaDriverLibs, { cuda: cudaImage([RUNTIME_LIBRARY, ...files], env).cuda });
}

test.each<[string, readonly TarSpec[], readonly string[], string]>([
  [
    'a real one',
    [{ name: 'usr/lib/x86_64-linux-gnu/libcuda.so.550.54.15', body: 'driver' }],
    [],
    "/usr/lib/x86_64-linux-gnu/libcuda.so.550.54.15 belongs to the driver of one machine (6 B) and is loaded in place of the host's",
  ],
  [
    'its links are the same finding',
    [
      { name: 'usr/lib/libcuda.so.1', type: '2', link: 'libcuda.so.550.54.15' },
      { name: 'usr/lib/libcuda.so.550.54.15', body: 'driver' },
    ],
    [],
    "/usr/lib/libcuda.so.550.54.15 belongs to the driver of one machine (6 B) and is loaded in place of the host's",
  ],
  [
    'an empty one',
    [{ name: 'usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1' }],
    [],
    '/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1 is empty: left over from a build under the NVIDIA runtime, it hides the driver of the host',
  ],
  [
    'stubs in LD_LIBRARY_PATH',
    [{ name: `${STUB}/libcuda.so`, body: 'stub' }],
    [`LD_LIBRARY_PATH=/${STUB}`],
    `/${STUB}/libcuda.so is a stub for linkers and would be loaded in place of the driver (4 B)`,
  ],
  [
    'stubs in ld.so.conf.d',
    [
      { name: `${STUB}/libcuda.so`, body: 'stub' },
      { name: 'etc/ld.so.conf.d/z.conf', body: `/${STUB}\n` },
    ],
    [],
    `/${STUB}/libcuda.so is a stub for linkers and would be loaded in place of the driver (4 B)`,
  ],
  [
    'a link to a stub',
    [
      { name: `${STUB}/libcuda.so`, body: 'stub' },
      { name: 'usr/lib/libcuda.so.1', type: '2', link: `/${STUB}/libcuda.so` },
    ],
    [],
    `/usr/lib/libcuda.so.1 (a link to /${STUB}/libcuda.so) is a stub for linkers and would be loaded in place of the driver (4 B)`,
  ],
])('%s', (_, files, env, message) => {
  expect(messagesOf(judge(files, env))).toEqual([message]);
});

test.each<[string, readonly TarSpec[], readonly string[]]>([
  ['none', [], []],
  ['stubs where only linkers look', [{ name: `${STUB}/libcuda.so`, body: 'stub' }], [`LIBRARY_PATH=/${STUB}`]],
  [
    'forward compatibility, on the path',
    [{ name: 'usr/local/cuda/compat/libcuda.so.1', body: 'x' }],
    ['LD_LIBRARY_PATH=/usr/local/cuda/compat'],
  ],
  [
    'a link to forward compatibility',
    [
      { name: 'usr/local/cuda/compat/libcuda.so.1', body: 'x' },
      { name: 'usr/lib/libcuda.so.1', type: '2', link: '/usr/local/cuda/compat/libcuda.so.1' },
    ],
    [],
  ],
  ['inside a package', [{ name: 'v/lib/python3.11/site-packages/x/libcuda.so.1', body: 'x' }], []],
  ['a similar name', [{ name: 'usr/lib/libcudadebugger-helper.so', body: 'x' }], []],
])('passes: %s', (_, files, env) => {
  expect(judge(files, env).status).toBe('passed');
});
