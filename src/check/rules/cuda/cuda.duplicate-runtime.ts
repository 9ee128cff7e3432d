import { z } from 'zod';
import type { CudaLibrary } from '../../../model/cuda-facts.ts';
import { formatSize } from '../../../model/size.ts';
import { defineRule } from '../../rule.ts';
import { sizeSetting } from '../../settings.ts';

const settings = z.strictObject({
  allow: sizeSetting
    .default(20_000_000)
    .describe('Bytes of system libraries that Python packages may bring once more.'),
});

/** PyTorch and others bring CUDA as wheels; a base with the toolkit's libraries then holds gigabytes twice. */
export const cudaDuplicateRuntime = defineRule({
  id: 'cuda.duplicate-runtime',
  title: 'The CUDA libraries are in the image once',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['cuda'],
  settings,
  check({ cuda: { libraries } }, { settings: { allow } }) {
    const wheels = new Set(libraries.filter(({ wheel }) => wheel).map(({ name }) => name));
    const twice = libraries.filter(({ wheel, name }) => !wheel && wheels.has(name));
    const bytes = twice.reduce((sum, { size }) => sum + size, 0);
    const [seen, allowed] = [formatSize(bytes), formatSize(allow)];
    if (bytes <= allow) return { status: 'passed', seen: `${seen} of ${allowed}` };
    return {
      status: 'failed',
      findings: [
        {
          message: `${seen} of CUDA libraries (${nameLargest(twice)}) are in the image beside the same ones from Python packages, ${allowed} allowed`,
          seen,
          allowed,
          place: { file: `/${twice[0]?.path ?? ''}`, inImage: true },
          remedy:
            'Start from a base without CUDA libraries (python:…-slim, or nvidia/cuda:…-base): the wheels bring and load their own.',
        },
      ],
    };
  },
});

function nameLargest(libraries: readonly CudaLibrary[]): string {
  const sorted = [...libraries].sort((one, other) => other.size - one.size);
  return [...new Set(sorted.map(({ name }) => name))].slice(0, 3).join(', ');
}
