import { formatSize } from '../../../model/size.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** The CUDA compiler with its headers and static libraries is several gigabytes that nothing uses at run time. */
export const cudaDevelBase = defineRule({
  id: 'cuda.devel-base',
  title: 'The shipped image is not built on a CUDA development base',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['cuda'],
  instruction: 'FROM',
  settings: noSettings,
  check({ cuda: { compilers, developmentBytes } }) {
    const [compiler] = compilers;
    if (compiler === undefined) return { status: 'passed', seen: 'no nvcc' };
    const bytes = formatSize(developmentBytes);
    return {
      status: 'failed',
      findings: [
        {
          message: `the CUDA compiler is in the image (/${compiler}); headers, static libraries and tools of the toolkit take ${bytes}`,
          seen: bytes,
          remedy:
            'Compile in a stage on the `-devel` base and ship one on `-runtime` or `-base`; turn the rule off where code is compiled at run time.',
        },
      ],
    };
  },
});
