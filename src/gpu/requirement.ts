import { type CudaRequirement, formatCudaRequirement, meetsCudaRequirement } from '../image/cuda-requirement.ts';
import type { GpuVerdict } from '../model/gpu-verdict.ts';
import type { Preflight } from './preflight.ts';
import { fromWords, type Problem } from './problem.ts';

/** Real ones name fifty branches of drivers. */
const TOLD = 3;

/** How this machine meets what the image asks for; what hangs on a brand nobody told is open. Injection by CDI does not look (nvidia-container-toolkit #1470). */
export function compareRequirements(
  requirements: readonly CudaRequirement[],
  { host, devices }: Pick<Preflight, 'host' | 'devices'>,
): NonNullable<GpuVerdict['requirements']> {
  const arch = devices[0]?.sm;
  const machine = {
    ...(host.driver === undefined ? {} : { driver: host.driver }),
    ...(host.cuda === undefined ? {} : { cuda: host.cuda }),
    ...(arch === undefined ? {} : { arch }),
  };
  return requirements.map((requirement) => {
    const met = meetsCudaRequirement(requirement, machine);
    return {
      variable: requirement.variable.slice(0, 200),
      asks: formatCudaRequirement(requirement, TOLD).slice(0, 2000),
      met: met === undefined ? 'open' : met ? 'yes' : 'no',
    };
  });
}

/** The one that is not met, in the words of the toolkit. */
export function findUnmet(
  compared: NonNullable<GpuVerdict['requirements']>,
  { driver = 'unknown', cuda = 'unknown' }: Preflight['host'],
): Problem | undefined {
  const unmet = compared.find(({ met }) => met === 'no');
  if (unmet === undefined) return undefined;
  const seen = `unsatisfied condition: ${unmet.asks} (${unmet.variable}); this machine has driver ${driver}, CUDA ${cuda}`;
  return { ...fromWords('unsatisfied condition: cuda', 'phase-failed'), seen };
}
