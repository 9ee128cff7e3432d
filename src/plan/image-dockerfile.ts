import { join } from 'node:path';
import type { ImageConfig } from '../model/config.ts';
import type { Files } from '../model/effects.ts';
import { known, undecided, type Fact } from '../model/facts.ts';
import { parseDockerfile, type Dockerfile } from './dockerfile.ts';

/** Real ones have a few kB; the bound keeps what hostile input can cost small. */
const LIMIT = 256 * 1024;

/** An image's Dockerfile read with its args and target; undecided with the line where BuildKit would refuse it. */
export async function readImageDockerfile(
  files: Files,
  directory: string,
  image: ImageConfig,
  enginePlatform: string | undefined,
): Promise<Fact<Dockerfile>> {
  const path = join(directory, image.dockerfile);
  const stat = await files.stat(path);
  if (stat === undefined) return undecided(`there is no ${image.dockerfile}`);
  if (stat.size > LIMIT) return undecided(`${image.dockerfile} is larger than 256 KiB`);
  const parsed = parseDockerfile(await files.readText(path), {
    args: image.args,
    platformArgs: listPlatformArgs(image.platforms, enginePlatform),
    ...(image.target === undefined ? {} : { target: image.target }),
  });
  if (!('problem' in parsed)) return known(parsed);
  const line = parsed.line === undefined ? '' : `:${String(parsed.line)}`;
  return undecided(`${image.dockerfile}${line}: ${parsed.problem}`);
}

/** `TARGETARCH` and its kin; with several target platforms theirs are left open. */
function listPlatformArgs(
  platforms: readonly string[],
  enginePlatform: string | undefined,
): Readonly<Record<string, string>> {
  const target = platforms.length > 1 ? undefined : (platforms[0] ?? enginePlatform);
  return { ...splitPlatform('BUILD', enginePlatform), ...splitPlatform('TARGET', target) };
}

function splitPlatform(prefix: string, platform: string | undefined): Readonly<Record<string, string>> {
  if (platform === undefined) return {};
  const [os = '', architecture = '', variant = ''] = platform.split('/');
  return {
    [`${prefix}PLATFORM`]: platform,
    [`${prefix}OS`]: os,
    [`${prefix}ARCH`]: architecture,
    [`${prefix}VARIANT`]: variant,
  };
}
