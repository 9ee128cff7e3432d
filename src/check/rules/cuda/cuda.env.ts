import type { ImageRuntimeConfig } from '../../../model/image.ts';
import type { Finding } from '../../../model/verdict.ts';
import { failWithFew } from '../../path-findings.ts';
import { readEnv } from '../../program-path.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

/** The variables by which an image asks the NVIDIA runtime for its GPUs, and the one that hides them. */
export const cudaEnv = defineRule({
  id: 'cuda.env',
  title: 'The environment of a CUDA image asks for GPUs and hides none',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['cuda', 'image'],
  settings: noSettings,
  check({ cuda: { libraries }, image: { config } }) {
    if (libraries.length === 0) return { status: 'skipped', reason: 'the image has no CUDA libraries' };
    const findings = [
      ...complainAboutVisible(config),
      ...complainAboutCapabilities(config),
      ...complainAboutHidden(config),
    ];
    return failWithFew(findings, describeSeen(config));
  },
});

function describeSeen(config: ImageRuntimeConfig): string {
  return `NVIDIA_VISIBLE_DEVICES=${readEnv(config, 'NVIDIA_VISIBLE_DEVICES') ?? 'all, as CUDA_VERSION says'}`;
}

/** Images from before the requirement variables get every GPU (nvidia-container-toolkit, image/cuda_image.go). */
function isLegacy(config: ImageRuntimeConfig): boolean {
  const version = readEnv(config, 'CUDA_VERSION') ?? '';
  return version !== '' && (readEnv(config, 'NVIDIA_REQUIRE_CUDA') ?? '') === '';
}

function complainAboutVisible(config: ImageRuntimeConfig): Finding[] {
  const value = readEnv(config, 'NVIDIA_VISIBLE_DEVICES') ?? (isLegacy(config) ? 'all' : undefined);
  if (value !== undefined && !['', 'void', 'none'].includes(value)) return [];
  return [
    {
      message: `NVIDIA_VISIBLE_DEVICES is ${value === undefined ? 'not set' : `"${value}"`}: under --runtime=nvidia the container gets no GPU`,
      remedy: 'Write ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility.',
    },
  ];
}

/** Unset means `utility,compute`, which is enough (nvidia-container-toolkit). */
function complainAboutCapabilities(config: ImageRuntimeConfig): Finding[] {
  const value = readEnv(config, 'NVIDIA_DRIVER_CAPABILITIES');
  if (value === undefined || value === '') return [];
  const given = value.split(',').map((word) => word.trim());
  const missing = given.includes('all') ? [] : ['compute', 'utility'].filter((word) => !given.includes(word));
  if (missing.length === 0) return [];
  return [
    {
      message: `NVIDIA_DRIVER_CAPABILITIES is "${value}" and lacks ${missing.join(' and ')}`,
      seen: value,
      allowed: 'compute,utility',
      remedy: 'Add them: compute is CUDA itself, utility is nvidia-smi and NVML.',
    },
  ];
}

function complainAboutHidden(config: ImageRuntimeConfig): Finding[] {
  const value = readEnv(config, 'CUDA_VISIBLE_DEVICES');
  if (value === undefined) return [];
  const effect = ['', '-1', 'NoDevFiles'].includes(value) ? 'hides every GPU' : `hides every GPU but ${value}`;
  return [
    {
      message: `CUDA_VISIBLE_DEVICES=${value} is part of the image and ${effect}, whatever the machine has`,
      seen: value,
      remedy: 'Take it out of the Dockerfile and set it where the container is started.',
    },
  ];
}
