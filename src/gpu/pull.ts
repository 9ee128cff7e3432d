import type { EngineInfo } from '../model/engine.ts';
import { Fault, messageOf } from '../model/fault.ts';
import { formatDuration } from '../model/duration.ts';
import type { ImageDigests } from '../model/image.ts';
import { formatSize } from '../model/size.ts';
import type { GpuJob, StageEffects } from './job.ts';
import { type Problem, sight } from './problem.ts';

/** Compressed layers, and what they are unpacked to beside them. */
const DISK_FACTOR = 2.2;

export type Pulled =
  { readonly name: string; readonly id: string; readonly elapsed: number } | { readonly problem: Problem };

/** Gives the engine the image and makes sure that it holds these very bytes. */
export async function prepareImage(effects: StageEffects, job: GpuJob, engine: EngineInfo): Promise<Pulled> {
  const short = await findShortage(effects, job, engine);
  if (short !== undefined) return { problem: short };
  const begin = effects.clock.monotonic();
  const given = new AbortController();
  try {
    const late = effects.clock.sleep(job.gpu.pullWithin, AbortSignal.any([given.signal, effects.signal])).then(
      () => undefined,
      () => undefined,
    );
    const name = await Promise.race([job.pull(), late]);
    if (name === undefined) {
      const id = effects.signal.aborted ? 'cancelled' : 'pull-late';
      return { problem: sight(id, formatDuration(job.gpu.pullWithin)) };
    }
    const id = (await effects.engine.inspectImage(name))?.id ?? 'nothing';
    if (!isOneOf(id, job.digests)) return { problem: sight('other-bytes', `${id} instead of ${job.digests.manifest}`) };
    return { name, id, elapsed: effects.clock.monotonic() - begin };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { problem: sight('pull-failed', messageOf(error)) };
  } finally {
    given.abort();
  }
}

/** The containerd store names an image by what was pulled, the graph driver by its config. */
export function isOneOf(id: string, { index, manifest, config }: ImageDigests): boolean {
  return [index, manifest, config].some((digest) => digest === id);
}

async function findShortage(
  { files }: StageEffects,
  { download }: GpuJob,
  { rootDirectory }: EngineInfo,
): Promise<Problem | undefined> {
  if (download === undefined) return undefined;
  const needed = Math.ceil(download * DISK_FACTOR);
  try {
    const free = await files.freeBytes(rootDirectory);
    return free >= needed ? undefined : sight('disk-full', `${formatSize(free)} free, ${formatSize(needed)} needed`);
  } catch {
    // Not for this user to see: the pull itself will tell.
    return undefined;
  }
}
