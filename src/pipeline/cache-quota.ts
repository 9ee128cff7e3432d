import type { Effects } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { Plan } from '../model/plan.ts';
import { formatSize } from '../model/size.ts';

/** What GitHub keeps of a repository's caches before it evicts the oldest, where nobody bought more (GitHub, "Usage limits and eviction policy"). */
const QUOTA = 10e9;
const WARN_AT = 0.6;

/** A warning where the repository's cache of GitHub Actions fills up; undefined where it is not used, and where its size may not be asked. */
export async function noteQuota(
  { github, actionsCache }: Pick<Effects, 'github' | 'actionsCache'>,
  { images }: Plan,
): Promise<string | undefined> {
  const counts = actionsCache === undefined ? ['gha'] : ['gha', 'local'];
  const used = images.some(({ cacheFrom, cacheTo }) =>
    [...cacheFrom, ...cacheTo].some(({ type }) => counts.includes(type)),
  );
  if (!used || github === undefined) return undefined;
  try {
    const { bytes } = await github.cacheUsage();
    if (bytes < WARN_AT * QUOTA) return undefined;
    return `the repository’s actions cache holds ${formatSize(bytes)} of ${formatSize(QUOTA)}: beyond that GitHub throws out what was not used longest; cache: registry has no quota`;
  } catch (error) {
    // A verify run may not ask, and a warning is worth no failure.
    if (!(error instanceof Fault)) throw error;
    return undefined;
  }
}
