import { undecidedFrom } from '../image/damage.ts';
import { searchCache } from '../image/secrets/known-cache.ts';
import type { KnownSearch } from '../image/secrets/known-forms.ts';
import type { Effects, OpenedImage } from '../model/effects.ts';
import { type Fact, known } from '../model/facts.ts';
import { Fault } from '../model/fault.ts';
import type { BuiltImage } from '../model/image.ts';
import type { KnownHit, KnownValueFacts } from '../model/known-values.ts';
import type { CacheReference } from '../model/plan.ts';

/** What the run knows of its own secrets, and where else than in the image they could stand. */
export interface KnownRequest {
  /** Values this run was given; absent: nobody collected them. */
  readonly known?: KnownSearch | undefined;
  /** Caches this build wrote. */
  readonly cacheTo?: readonly CacheReference[];
}

/** Joins what the image's bytes, the build log and the exported caches hold of known values. */
export async function gatherKnown(
  effects: Pick<Effects, 'stores' | 'cache'>,
  { known: search, cacheTo = [], built }: KnownRequest & { readonly built: BuiltImage },
  image: Fact<readonly KnownHit[]>,
): Promise<Fact<KnownValueFacts>> {
  if (image.state !== 'known') return image;
  const logged = (built.loggedSecrets ?? []).map(({ name, step }) => ({ name, where: `the build log of ${step}` }));
  const names = { searched: search?.searched ?? [], unsearched: search?.unsearched ?? [] };
  try {
    const exported =
      search === undefined || search.names.length === 0 ? [] : await searchCaches(effects, cacheTo, search);
    const hits = [...image.value, ...logged, ...exported];
    return known({ hits, ...names, cachedSecrets: built.cachedSecretSteps });
  } catch (error) {
    return undecidedFrom(error);
  }
}

async function searchCaches(
  effects: Pick<Effects, 'stores' | 'cache'>,
  caches: readonly CacheReference[],
  search: KnownSearch,
): Promise<readonly KnownHit[]> {
  const hits: KnownHit[] = [];
  for (const cache of caches) {
    for (const { source, digest } of await openCache(effects.stores, cache)) {
      const names = await searchCache(source, digest, effects.cache, search);
      hits.push(...names.map((name) => ({ name, where: `the exported cache ${cache.location}` })));
    }
  }
  return hits;
}

/** A cache that could not be written fails no build: where none is, there is nothing to read. */
async function openCache(
  stores: Effects['stores'],
  { type, location }: CacheReference,
): Promise<readonly Pick<OpenedImage, 'source' | 'digest'>[]> {
  // It cannot be read back. Stages that mount a secret are kept out of it (plan/cache-references.ts); the image's own layers are searched anyway.
  if (type === 'gha') return [];
  try {
    return type === 'local' ? await stores.listLayout(location) : [await stores.openImage(location)];
  } catch (error) {
    if (error instanceof Fault && error.kind !== 'environment') return [];
    throw error;
  }
}
