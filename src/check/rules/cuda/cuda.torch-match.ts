import type { ImageConfig } from '../../../model/config.ts';
import type { InstalledTorch } from '../../../model/cuda-facts.ts';
import type { FleetGpu } from '../../../model/gpu-config.ts';
import type { Finding, Judgement } from '../../../model/verdict.ts';
import { cudaOfDriver } from '../../../image/cuda-drivers.ts';
import { describeGpu, missingDriver, remedyBoth } from '../../cuda/fleet.ts';
import { findUse } from '../../cuda/gpu-targets.ts';
import { compareDotted } from '../../../image/cuda-requirement.ts';
import { failWithFew, placeInImage } from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

type BuiltTorch = InstalledTorch & { readonly cuda: string };

/** The PyTorch in the image against every GPU it is declared for, read from its bytes, before any GPU time is spent. */
export const cudaTorchMatch = defineRule({
  id: 'cuda.torch-match',
  title: 'PyTorch in the image runs on every GPU it is declared for',
  severity: 'error',
  keys: ['gpu.fleet'],
  kinds: ['service', 'job'],
  needs: ['torch'],
  settings: noSettings,
  check({ torch: { installed, forward } }, { image }) {
    const fleet = image.gpu?.fleet ?? [];
    const built = installed.filter(isBuilt);
    if (built.length === 0) return judgeWithoutCuda(installed, image);
    if (fleet.length === 0) return { status: 'skipped', reason: 'no GPU is declared (gpu.fleet)' };
    const unread = built.find(({ targets }) => targets.length === 0);
    if (unread !== undefined) {
      const reason = `no GPU code was found in the libraries of PyTorch ${unread.version} (/${unread.path})`;
      return { status: 'undecided', reason };
    }
    const findings = built.flatMap((torch) => fleet.flatMap((gpu) => complainAbout(torch, gpu, forward)));
    return failWithFew(findings, built.map(describeTorch).join('; '));
  },
});

function isBuilt(torch: InstalledTorch): torch is BuiltTorch {
  return torch.cuda !== undefined;
}

/** Other libraries may be what uses the GPU; a phase that asks PyTorch leaves no doubt, where it has to pass. */
function judgeWithoutCuda(installed: readonly InstalledTorch[], { gpu }: ImageConfig): Judgement {
  const phases = gpu?.required === true ? gpu.phases : [];
  const asked = phases.find(({ work }) => work.kind === 'probe' && work.probe === 'torch');
  const [torch] = installed;
  if (asked === undefined || torch === undefined) {
    return { status: 'skipped', reason: 'PyTorch in the image is built without CUDA' };
  }
  const remedy = 'Install a build for CUDA: pip install torch --index-url https://download.pytorch.org/whl/cu124.';
  const message = `PyTorch ${torch.version} is built without CUDA, and the GPU phase "${asked.name}" asks it for a GPU`;
  return { status: 'failed', findings: [{ message, ...placeInImage(torch.path), remedy }] };
}

function describeTorch({ version, cuda, targets }: BuiltTorch): string {
  return `PyTorch ${version}, CUDA ${cuda}, ${targets.join(' ')}`;
}

function complainAbout(torch: BuiltTorch, gpu: FleetGpu, forward: boolean): Finding[] {
  const use = findUse(torch.targets, gpu.sm);
  if (use === undefined) return [complainAboutTargets(torch, gpu)];
  const needed = missingDriver(gpu, torch.cuda, forward);
  const place = placeInImage(torch.path);
  const remedy = remedyBoth(gpu, torch.cuda);
  if (needed !== undefined) {
    const message = `PyTorch ${torch.version} is built for CUDA ${torch.cuda}, which needs driver ${needed} or newer: not ${describeGpu(gpu)}`;
    return [{ message, seen: gpu.driver, allowed: needed, ...place, remedy }];
  }
  const offered = cudaOfDriver(gpu.driver);
  if (use === 'machine code' || offered === undefined || compareDotted(offered, torch.cuda) >= 0) return [];
  // Minor version compatibility ends where the driver has to compile (CUDA_ERROR_UNSUPPORTED_PTX_VERSION).
  const message = `PyTorch ${torch.version} has only PTX for ${describeGpu(gpu)}, written by CUDA ${torch.cuda}, which that driver cannot compile`;
  return [{ message, seen: offered, allowed: torch.cuda, ...place, remedy }];
}

function complainAboutTargets({ version, targets, path }: BuiltTorch, gpu: FleetGpu): Finding {
  const held = targets.join(' ');
  return {
    message: `PyTorch ${version} holds code for ${held}: none of it runs on ${describeGpu(gpu)}`,
    seen: held,
    ...placeInImage(path),
    remedy:
      'Install a build of PyTorch for this GPU (newer ones drop old GPUs, older ones lack new ones), or take the GPU out of the fleet.',
  };
}
