import { z } from 'zod';
import type { CudaFacts } from '../../../model/cuda-facts.ts';
import type { ImageRuntimeConfig } from '../../../model/image.ts';
import type { Finding } from '../../../model/verdict.ts';
import { describeGpu, hostOf, missingDriver, remedyBoth, type DeclaredGpu } from '../../cuda/fleet.ts';
import {
  type CudaRequirement,
  formatCudaRequirement,
  meetsCudaRequirement,
  readCudaRequirements,
  readDisabledRequirement,
} from '../../../image/cuda-requirement.ts';
import { failWithFew } from '../../path-findings.ts';
import { readEnv } from '../../program-path.ts';
import { defineRule } from '../../rule.ts';

const settings = z.strictObject({
  driver: z
    .string()
    .regex(/^\d+(\.\d+){0,2}$/)
    .optional()
    .describe('The oldest driver the image will meet, such as `535` or `535.104.05`.'),
  brand: z.string().optional().describe('Brand of the GPUs as NVIDIA_REQUIRE_CUDA names it, such as `tesla`.'),
});

/** What the image asks of the driver (NVIDIA_REQUIRE_*), read by us because injection by CDI does not enforce it. */
export const cudaRequire = defineRule({
  id: 'cuda.require',
  title: 'The image says which driver it needs, and the declared ones are enough',
  severity: 'warning',
  keys: ['gpu.fleet'],
  kinds: ['service', 'job'],
  needs: ['cuda', 'image'],
  settings,
  check({ cuda, image: { config } }, { image, settings: { driver, brand } }) {
    const declared = [...(image.gpu?.fleet ?? []), ...(driver === undefined ? [] : [{ driver }])];
    const requirements = readCudaRequirements(config.env);
    const disabled = readDisabledRequirement(config.env);
    const findings = [
      // Where machines are declared they are checked here, whatever the runtime does.
      ...(disabled === undefined || declared.length > 0 ? [] : [complainAboutDisabled(disabled)]),
      ...requirements.flatMap(complainAboutUnread),
      ...declared.flatMap((gpu) => {
        const refused = disabled === undefined ? complainAboutRefused(requirements, gpu, brand) : [];
        return refused.length > 0 ? refused : complainAboutVersion(config, gpu, cuda);
      }),
    ];
    return failWithFew(findings, describeSeen(requirements, declared));
  },
});

function describeSeen(requirements: readonly CudaRequirement[], declared: readonly DeclaredGpu[]): string {
  const variables = requirements.map(({ variable }) => variable).join(', ');
  const machines = declared.length === 0 ? '' : ` on ${declared.map(describeGpu).join(', ')}`;
  return `${variables === '' ? 'no requirement' : variables}${machines}`;
}

function complainAboutDisabled(value: string): Finding {
  return {
    message: `NVIDIA_DISABLE_REQUIRE=${value}: on a machine with too old a driver the image starts and fails later`,
    remedy: 'Take it out of the image; set it where one container is started, if at all.',
  };
}

function complainAboutUnread({ variable, unread }: CudaRequirement): Finding[] {
  if (unread.length === 0) return [];
  return [
    {
      message: `${variable} holds what is no constraint: ${unread.slice(0, 3).join(', ')}`,
      remedy: 'Write constraints such as cuda>=12.4 or driver>=550; a space means or, a comma means and.',
    },
  ];
}

function complainAboutRefused(
  requirements: readonly CudaRequirement[],
  gpu: DeclaredGpu,
  brand: string | undefined,
): Finding[] {
  const host = hostOf(gpu, brand);
  const refused = requirements.filter((requirement) => meetsCudaRequirement(requirement, host) === false);
  return refused.map((requirement) => {
    const { variable, groups } = requirement;
    const told = formatCudaRequirement(requirement, TOLD);
    const asked = groups.flat().find(({ property, operator }) => property === 'cuda' && operator.startsWith('>'));
    return {
      message: `${variable} excludes ${describeGpu(gpu)}: it asks for ${told}`,
      seen: gpu.driver,
      allowed: told,
      remedy: asked === undefined ? UPDATE : remedyBoth(gpu, asked.value),
    };
  });
}

const UPDATE = 'Update its driver, build on a base that asks for less, or take it out of the fleet.';
/** Real requirements name fifty branches of drivers. */
const TOLD = 3;

function complainAboutVersion(config: ImageRuntimeConfig, gpu: DeclaredGpu, facts: CudaFacts): Finding[] {
  const version = readEnv(config, 'CUDA_VERSION') ?? '';
  const needed = missingDriver(gpu, version, facts.forward);
  if (needed === undefined) return [];
  return [
    {
      message: `CUDA ${version} needs driver ${needed} or newer: not ${describeGpu(gpu)}`,
      seen: gpu.driver,
      allowed: needed,
      remedy: remedyBoth(gpu, version),
    },
  ];
}
