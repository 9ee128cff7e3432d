import { z } from 'zod';
import type { GpuCodeFile } from '../../../model/cuda-facts.ts';
import type { FleetGpu } from '../../../model/gpu-config.ts';
import type { Finding } from '../../../model/verdict.ts';
import { describeGpu } from '../../cuda/fleet.ts';
import { findUse } from '../../cuda/gpu-targets.ts';
import { failWithFew, placeInImage, showPath } from '../../path-findings.ts';
import { isTorchLibrary } from '../../probes/gpu-code.ts';
import { defineRule } from '../../rule.ts';

const settings = z.strictObject({
  allow: z
    .array(z.string().min(1))
    .default([])
    .describe('Parts of paths of libraries that may lack code for some GPU, such as `flash_attn`.'),
});

/** Extensions with kernels of their own end with "no kernel image is available" on a GPU nobody compiled them for. */
export const cudaGpuCode = defineRule({
  id: 'cuda.gpu-code',
  title: 'Every library with GPU code of its own has some for each declared GPU',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['cuda'],
  settings,
  check({ cuda }, { image, settings: { allow } }) {
    const fleet = image.gpu?.fleet ?? [];
    if (fleet.length === 0) return { status: 'skipped', reason: 'no GPU is declared (gpu.fleet)' };
    const own = cuda.code.filter(({ vendor, path }) => !vendor && !isTorchLibrary(path));
    if (own.length === 0) return { status: 'skipped', reason: 'only PyTorch and NVIDIA’s libraries hold GPU code' };
    const judged = own.filter(({ path }) => !allow.some((part) => path.includes(part)));
    const variants = Map.groupBy(judged, ({ path }) => nameVariants(path));
    const findings = [...variants.values()].flatMap((files) => complainAbout(files, fleet));
    return failWithFew(findings, `${String(own.length)} ${own.length === 1 ? 'file' : 'files'} with GPU code`);
  },
});

/** A package may bring one library for each CUDA (`libbitsandbytes_cuda118.so`, `…_cuda128.so`) and load the one that fits. */
function nameVariants(path: string): string {
  const slash = path.lastIndexOf('/') + 1;
  return `${path.slice(0, slash)}${path.slice(slash).replaceAll(/cu(?:da)?[-_.]?\d+(?:[._]\d+)*/g, 'cuda')}`;
}

function complainAbout(variants: readonly GpuCodeFile[], fleet: readonly FleetGpu[]): Finding[] {
  const targets = [...new Set(variants.flatMap((file) => file.targets))].sort();
  const without = fleet.filter(({ sm }) => findUse(targets, sm) === undefined);
  const [{ path } = { path: '' }, ...others] = variants;
  if (without.length === 0) return [];
  const held = targets.join(' ');
  const more = others.length === 0 ? '' : ` and its variants (${String(others.length)} more)`;
  return [
    {
      message: `${showPath(path)}${more} holds code for ${held}: none of it runs on ${without.map(describeGpu).join(', ')}`,
      seen: held,
      ...placeInImage(path),
      remedy:
        'Build it for that GPU too (TORCH_CUDA_ARCH_LIST, CMAKE_CUDA_ARCHITECTURES), or allow it here where that GPU never uses it.',
    },
  ];
}
