import { createHash } from 'node:crypto';
import { join, posix } from 'node:path';
import { z } from 'zod';
import type { ImageConfig } from '../model/config.ts';
import type { Effects } from '../model/effects.ts';
import { known, type BuildCheckFinding, type Fact } from '../model/facts.ts';
import { runBuildChecks } from './build-check.ts';

type BuildCheck = Fact<readonly BuildCheckFinding[]>;

const storedSchema = z.array(
  z.strictObject({
    check: z.string(),
    message: z.string(),
    line: z.number().exactOptional(),
    url: z.string().exactOptional(),
  }),
);

/**
 * BuildKit's own checks of each image's Dockerfile, in the order of the images; what the same Dockerfile, ignore file, target and
 * arguments got from the same tools earlier today is not asked again. Not longer: the checks look at the base image, whose tag may move.
 */
export async function findBuildChecks(
  effects: Effects,
  images: readonly ImageConfig[],
  directory: string,
): Promise<readonly BuildCheck[]> {
  const keys = await Promise.all(images.map((image) => keyOf(effects, image, directory)));
  const recalled = await Promise.all(keys.map((key) => recall(effects, key)));
  const unknown = images.filter((_, index) => recalled[index] === undefined);
  const asked = unknown.length === 0 ? [] : await runBuildChecks(effects, unknown, directory);
  const answers = new Map(unknown.map((image, index) => [image, asked[index]]));
  return Promise.all(
    images.map(async (image, index) => {
      const answer = answers.get(image);
      if (answer !== undefined) await remember(effects, keys[index], answer);
      return recalled[index] ?? answer ?? { state: 'skipped' as const, reason: 'not asked' };
    }),
  );
}

/** Undefined where the answer may change by itself: a Dockerfile that names its frontend, tools that cannot be asked. */
async function keyOf(effects: Effects, image: ImageConfig, directory: string): Promise<string | undefined> {
  try {
    const dockerfile = await effects.files.readText(join(directory, image.dockerfile));
    if (/^\s*#\s*syntax\s*=/im.test(dockerfile)) return undefined;
    const ignores = [`${image.dockerfile}.dockerignore`, posix.join(image.context, '.dockerignore')];
    const inputs = [
      effects.clock.now().toISOString().slice(0, 10),
      (await effects.tools.find('buildx')).version,
      (await effects.engine.info()).version,
      dockerfile,
      ...(await Promise.all(ignores.map((path) => readOptional(effects, join(directory, path))))),
      image.target ?? '',
      ...Object.entries(image.args).flat(),
    ];
    return `build-check/v1/${createHash('sha256').update(JSON.stringify(inputs)).digest('hex')}`;
  } catch {
    return undefined;
  }
}

async function readOptional({ files }: Effects, path: string): Promise<string | null> {
  const stat = await files.stat(path);
  return stat === undefined || stat.directory ? null : files.readText(path);
}

async function recall({ cache }: Effects, key: string | undefined): Promise<BuildCheck | undefined> {
  const bytes = key === undefined ? undefined : await cache.get(key);
  if (bytes === undefined) return undefined;
  try {
    const stored = storedSchema.safeParse(JSON.parse(Buffer.from(bytes).toString()));
    return stored.success ? known(stored.data) : undefined;
  } catch {
    return undefined;
  }
}

async function remember({ cache }: Effects, key: string | undefined, answer: BuildCheck): Promise<void> {
  if (key !== undefined && answer.state === 'known') await cache.put(key, Buffer.from(JSON.stringify(answer.value)));
}
