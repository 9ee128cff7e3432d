import { basename, dirname, join } from 'node:path';
import { digestOf } from '../model/digest.ts';
import { messageOf } from '../model/fault.ts';
import type { Plan, PlannedImage } from '../model/plan.ts';
import { findGhaCache } from '../plan/cache-references.ts';
import type { Run } from './run.ts';

/** Local build caches that go between machines that keep no disk. Nothing here rejects. */
export interface CacheJourney {
  /** Leaves what the build wrote for later runs. */
  keep(): Promise<void>;
}

/**
 * Takes folders of `cache: local` from the cache of GitHub Actions before the build, and leaves them there after it. A machine that has
 * one of them on its disk keeps them itself, and nothing is carried.
 */
export async function carryCaches(run: Run, { images, event }: Plan): Promise<CacheJourney> {
  const { actionsCache: cache, env, files, output } = run.effects;
  const rights = findGhaCache(env);
  const local = images.filter((image) => [...image.cacheFrom, ...image.cacheTo].some(({ type }) => type === 'local'));
  const stays = { keep: () => Promise.resolve() };
  if (cache === undefined || rights === undefined || local.length === 0) return stays;
  const isFilled = async (place: string): Promise<boolean> =>
    (await files.stat(join(place, 'index.json'))) !== undefined;
  const places = local.flatMap(({ cacheFrom }) => cacheFrom.map(({ location }) => location));
  if ((await Promise.all(places.map(isFilled))).includes(true)) return stays;
  const brought = new Map<string, string>();
  const warn = (what: string, work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) => {
      output.stderr(`warning: ${what}: ${messageOf(error)}\n`);
    });
  /** The branch's own first; the default branch's only where there is none. */
  const bring = async ({ cacheFrom }: PlannedImage): Promise<void> => {
    for (const { location } of cacheFrom) {
      const key = await cache.restoreLayout([prefixOf(location)], location);
      if (key === undefined) continue;
      brought.set(location, key);
      return;
    }
  };
  const leave = async (location: string): Promise<void> => {
    if (!(await isFilled(location))) return;
    const key = `${prefixOf(location)}${digestOf(await files.readBytes(join(location, 'index.json'))).slice(7, 39)}`;
    if (brought.get(location) !== key) await cache.saveLayout(key, location);
  };
  if (rights.reads)
    await Promise.all(local.map((image) => warn(`the build cache of ${image.name} was not taken over`, bring(image))));
  return {
    keep: async () => {
      if (!rights.writes || event.fork) return;
      const written = local.flatMap(({ cacheTo }) => cacheTo.map(({ location }) => location));
      for (const location of written) await warn('the build cache was not kept', leave(location));
    },
  };
}

/** `slipway-build#<image>#<branch and platform>#`: no name is the beginning of another. */
function prefixOf(location: string): string {
  return `slipway-build#${basename(dirname(location))}#${basename(location)}#`;
}
