import { join } from 'node:path';
import type { ImageConfig } from '../model/config.ts';
import type { Files } from '../model/effects.ts';
import { known, undecided, type ContextFacts, type DockerfileFacts, type Fact } from '../model/facts.ts';
import { Fault } from '../model/fault.ts';
import { findContextSources } from './context-sources.ts';
import { findCredentials, listContext, measureContext, readIgnoreFile, type ContextListing } from './context.ts';
import type { Dockerfile } from './dockerfile.ts';
import { findMissingSources } from './missing-sources.ts';

/** What an image's Dockerfile and context say together. */
export interface LookedAt {
  readonly dockerfile: Fact<DockerfileFacts>;
  readonly context: Fact<ContextFacts>;
}

/** The build contexts of a plan: each is walked once however many images build from it. */
export function makeContexts(
  files: Files,
  directory: string,
): { look(image: ImageConfig, dockerfile: Fact<Dockerfile>): Promise<LookedAt> } {
  const walks = new Map<string, Promise<ContextListing>>();
  return {
    async look(image, dockerfile) {
      try {
        const ignore = await readIgnoreFile(files, directory, image);
        if ('problem' in ignore) return unusable(ignore.problem);
        const absolute = join(directory, image.context);
        const key = JSON.stringify([absolute, ignore.file]);
        const walk = walks.get(key) ?? listContext(files, absolute, ignore.matcher);
        walks.set(key, walk);
        return await describe(files, image, dockerfile, { directory: absolute, ignore, listing: await walk });
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        return unusable(error.message, error.kind === 'environment');
      }
    },
  };
}

async function describe(
  files: Files,
  image: ImageConfig,
  dockerfile: Fact<Dockerfile>,
  seen: Parameters<typeof findMissingSources>[1],
): Promise<LookedAt> {
  if (dockerfile.state !== 'known') return { dockerfile, context: dockerfile };
  const sources = findContextSources(dockerfile.value, image.args);
  const { stages, instructions } = dockerfile.value;
  const mounting = new Set(instructions.flatMap(({ keyword, line }) => (keyword === 'RUN' ? [line] : [])));
  // What a step only mounts is in no layer.
  const copied = sources.filter(({ line }) => !mounting.has(line));
  const missingSources = await findMissingSources(files, seen, sources);
  const ignoreFile = seen.ignore.file;
  return {
    dockerfile: known({ file: image.dockerfile, stages, instructions, missingSources }),
    context: known(
      measureContext(seen.listing, sources, {
        directory: image.context,
        credentials: await findCredentials(files, seen.directory, seen.listing, copied),
        ...(ignoreFile === undefined ? {} : { ignoreFile }),
      }),
    ),
  };
}

function unusable(reason: string, environment = false): LookedAt {
  const fact = undecided(reason, environment);
  return { dockerfile: fact, context: fact };
}
