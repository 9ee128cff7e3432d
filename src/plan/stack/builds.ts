import { join, resolve } from 'node:path';
import type { ComposeBuild } from '../../model/compose-facts.ts';
import type { ImageConfig } from '../../model/config.ts';
import type { Files } from '../../model/effects.ts';
import { parseDockerfile } from '../dockerfile.ts';
import type { ServiceModel } from './model.ts';

const LIMIT = 256 * 1024;

/** What a service is built from, or undefined for one that is pulled. */
export async function readBuild(files: Files, { build }: ServiceModel): Promise<ComposeBuild | undefined> {
  if (build?.context === undefined || build.dockerfile_inline !== undefined) return undefined;
  const { context, target } = build;
  const dockerfile = resolve(context, build.dockerfile ?? 'Dockerfile');
  const healthcheck = await findHealthcheck(files, dockerfile, target);
  return {
    context,
    dockerfile,
    ...(target === undefined ? {} : { target }),
    ...(healthcheck === undefined ? {} : { healthcheck }),
  };
}

/** The images of the configuration that a service starts: those of its Dockerfile and context, or of its name in the registry. */
export function namesOfImages(
  model: ServiceModel,
  build: ComposeBuild | undefined,
  images: readonly ImageConfig[],
  { directory, registry }: { readonly directory: string; readonly registry?: string },
): readonly string[] {
  const named = images.filter(({ name }) => registry !== undefined && nameOf(model.image) === `${registry}/${name}`);
  const built = images.filter((image) => {
    if (build === undefined) return false;
    const { target } = build;
    return (
      join(directory, image.dockerfile) === build.dockerfile &&
      join(directory, image.context).replace(/\/$/, '') === build.context.replace(/\/$/, '') &&
      (image.target === undefined || target === undefined || image.target === target)
    );
  });
  // Variants of one Dockerfile differ in their arguments.
  const variants = built.filter(({ args }) => sameArguments(args, model.build?.args ?? {}));
  const chosen = built.length > 1 && variants.length > 0 ? variants : built;
  return [...new Set([...named, ...chosen].map(({ name }) => name))];
}

function sameArguments(args: ImageConfig['args'], written: Readonly<Record<string, unknown>>): boolean {
  const given = Object.entries(written).filter(([, value]) => value !== null);
  return given.length === Object.keys(args).length && given.every(([name, value]) => args[name] === String(value));
}

/** A reference without its tag and digest. */
function nameOf(reference: string | undefined): string | undefined {
  return reference?.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}

/** Whether the last HEALTHCHECK on the way to the target is one that probes; undefined when the Dockerfile cannot be read. */
async function findHealthcheck(files: Files, path: string, target: string | undefined): Promise<boolean | undefined> {
  const stat = await files.stat(path);
  if (stat === undefined || stat.directory || stat.size > LIMIT) return undefined;
  const parsed = parseDockerfile(await files.readText(path), {
    args: {},
    platformArgs: {},
    ...(target === undefined ? {} : { target }),
  });
  if ('problem' in parsed) return undefined;
  for (let stage: number | undefined = parsed.target; stage !== undefined; stage = parsed.parents[stage]) {
    const last = parsed.instructions.findLast((each) => each.stage === stage && each.keyword === 'HEALTHCHECK');
    if (last !== undefined) return !/^NONE\b/i.test(last.text.trim());
  }
  return false;
}
