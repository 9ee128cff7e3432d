import { resolve } from 'node:path';
import { ruleTable } from '../check/rules/index.ts';
import { requireValidWaivers } from '../check/waivers.ts';
import { loadConfig } from '../config/load.ts';
import { suggest } from '../config/nearest.ts';
import { DEFAULT_TAGS } from '../config/parse.ts';
import { resolveImages } from '../config/resolve.ts';
import type { Config, ImageConfig } from '../model/config.ts';
import type { Effects } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { GivenImage } from './given-image.ts';
import { applyOverrides, type Request } from './request.ts';

/** The policy one given image is judged by, and why that one. */
export interface GatePolicy {
  readonly config: Config;
  readonly image: ImageConfig;
  readonly why: string;
}

/** The config of the folder, or one that declares nothing: images are not looked for here. Throws a Fault for a config with problems, and for `--only` without one that has the image. */
export async function loadGateConfig(effects: Effects, request: Request, now: Date): Promise<Config> {
  const file = await effects.files.stat(resolve(request.directory, request.config ?? 'slipway.yml'));
  const there = request.config !== undefined || file !== undefined;
  const loaded = there
    ? await loadConfig(effects.files, request.config, request.directory, ruleTable())
    : makeBareConfig(request.directory);
  const config = applyOverrides(loaded, request);
  requireValidWaivers(config.waivers, now);
  requireKnown(config, request.only);
  return config;
}

function requireKnown(config: Config, only: readonly string[]): void {
  const names = config.images.map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new Fault(`there is no image \`${unknown}\`${suggest(unknown, names)}`, {
      where: '--only',
      remedy: `Name an image of ${config.file ?? 'a slipway.yml: there is none here'}.`,
    });
  }
  if (only.length < 2) return;
  throw new Fault('--only names several images, but one config applies to an image that is given', {
    where: '--only',
    remedy: 'Name one image, or check the references one by one.',
  });
}

/**
 * Whose config applies (rules.md, "check REFERENCE"): the image `--only` names, the one whose registry name or layout name it has,
 * the only one there is; else no config at all, which leaves the errors that always apply.
 */
export function choosePolicy(config: Config, request: Request, given: GivenImage): GatePolicy {
  const [only] = request.only;
  const named = config.images.find(({ name }) => name === only);
  if (named !== undefined) return { config, image: named, why: `--only ${named.name}` };
  const matching = config.images.find((image) => isNameOf(config, image, given));
  if (matching !== undefined) return { config, image: matching, why: `its name is that of ${matching.name}` };
  const [single] = config.images;
  if (single !== undefined && config.images.length === 1) {
    return { config, image: single, why: `${single.name} is the only image of ${config.file ?? 'the config'}` };
  }
  const bare = { ...makeBareConfig(config.directory), informational: config.informational };
  const [image] = resolveImages({ [nameOf(given)]: {} });
  if (image === undefined) throw new Error('an image without keys was resolved to nothing');
  const why = config.file === undefined ? 'there is no config' : `no image of ${config.file} has its name`;
  return { config: bare, image, why: `only what is always an error: ${why}` };
}

function isNameOf({ registry }: Config, { name }: ImageConfig, { names }: GivenImage): boolean {
  return names.includes(name) || (registry !== undefined && names.includes(`${registry}/${name}`));
}

/** The last part of its repository, as an image name may be written. */
function nameOf({ names, reference }: GivenImage): string {
  const last = (names[0] ?? reference.replace(/^[a-z-]+:/, '')).split('/').findLast((part) => part !== '') ?? '';
  const name = last
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 100);
  return name === '' ? 'image' : name;
}

function makeBareConfig(directory: string): Config {
  return {
    directory,
    cache: 'none',
    sign: 'off',
    images: [],
    rules: {},
    waivers: [],
    tags: DEFAULT_TAGS,
    informational: false,
    warnings: [],
  };
}
