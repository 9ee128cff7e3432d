import { type CudaRequirement, formatCudaRequirement, meetsCudaRequirement } from '../image/cuda-requirement.ts';
import type { GpuVerdict } from '../model/gpu-verdict.ts';
import type { Preflight } from './preflight.ts';
import { fromWords, type Problem } from './problem.ts';

/** Real ones name fifty branches of drivers. */
const TOLD = 3;
/** As many as a verdict holds. */
const KEPT = 50;

type Compared = NonNullable<GpuVerdict['requirements']>[number];

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
  const compared = requirements.map((requirement): Compared => {
    const met = meetsCudaRequirement(requirement, machine);
    return {
      variable: requirement.variable.slice(0, 200),
      asks: formatCudaRequirement(requirement, TOLD).slice(0, 2000),
      met: met === undefined ? 'open' : met ? 'yes' : 'no',
    };
  });
  if (compared.length <= KEPT) return compared;
  // The image writes them, as many as it likes: what decides is kept.
  return [...compared.filter(({ met }) => met === 'no'), ...compared.filter(({ met }) => met !== 'no')].slice(0, KEPT);
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
