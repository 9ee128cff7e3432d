import { z } from 'zod';
import type { ImageRuntimeConfig } from '../../../model/image.ts';
import type { Finding } from '../../../model/verdict.ts';
import { cudaOfDriver, oldestDriverFor } from '../../cuda/driver-table.ts';
import {
  compareDotted,
  meetsCudaRequirement,
  parseCudaRequirement,
  type CudaRequirement,
} from '../../cuda/requirement.ts';
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
  title: 'The image says which driver it needs, and the declared one is enough',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['cuda', 'image'],
  settings,
  check(facts, { settings: declared }) {
    const { config } = facts.image;
    const requirements = readRequirements(config);
    const findings = [
      ...complainAboutDisabled(config),
      ...requirements.flatMap(complainAboutUnread),
      ...(declared.driver === undefined
        ? []
        : complainAboutDriver(requirements, config, declared.driver, declared.brand)),
    ];
    const seen = requirements.map(({ variable }) => variable).join(', ');
    return failWithFew(findings, seen === '' ? 'no requirement' : seen);
  },
});

function readRequirements(config: ImageRuntimeConfig): readonly CudaRequirement[] {
  const names = [...new Set(config.env.map((entry) => entry.split('=', 1)[0] ?? ''))];
  const told = names
    // Jetson boards have no driver version of that kind; the toolkit reads past these too.
    .filter((name) => name.startsWith('NVIDIA_REQUIRE_') && !name.startsWith('NVIDIA_REQUIRE_JETPACK'))
    .map((name) => parseCudaRequirement(name, readEnv(config, name) ?? ''));
  const version = /^\d+\.\d+/.exec(readEnv(config, 'CUDA_VERSION') ?? '')?.[0];
  // Images from before the requirement variables are held to their CUDA version.
  if (version === undefined || told.some(({ variable }) => variable === 'NVIDIA_REQUIRE_CUDA')) return told;
  return [...told, parseCudaRequirement('CUDA_VERSION', `cuda>=${version}`)];
}

function complainAboutDisabled(config: ImageRuntimeConfig): Finding[] {
  const value = readEnv(config, 'NVIDIA_DISABLE_REQUIRE');
  if (value === undefined || ['', '0', 'false'].includes(value.toLowerCase())) return [];
  return [
    {
      message: `NVIDIA_DISABLE_REQUIRE=${value}: on a machine with too old a driver the image starts and fails later`,
      remedy: 'Take it out of the image; set it where one container is started, if at all.',
    },
  ];
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

function complainAboutDriver(
  requirements: readonly CudaRequirement[],
  config: ImageRuntimeConfig,
  driver: string,
  brand: string | undefined,
): Finding[] {
  const cuda = cudaOfDriver(driver);
  const host = { driver, ...(cuda === undefined ? {} : { cuda }), ...(brand === undefined ? {} : { brand }) };
  const remedy = `Update the driver, or use a base for CUDA ${cuda ?? 'of that driver'}.`;
  const refused = requirements.filter((requirement) => meetsCudaRequirement(requirement, host) === false);
  const findings = refused.map(({ variable }) => ({
    message: `${variable} excludes driver ${driver}${cuda === undefined ? '' : ` (CUDA ${cuda})`}`,
    seen: driver,
    remedy,
  }));
  const version = readEnv(config, 'CUDA_VERSION') ?? '';
  const oldest = oldestDriverFor(version);
  if (findings.length > 0 || oldest === undefined || compareDotted(driver, oldest) >= 0) return findings;
  return [
    {
      message: `CUDA ${version} needs driver ${oldest} or newer, declared is ${driver}`,
      seen: driver,
      allowed: oldest,
      remedy,
    },
  ];
}
