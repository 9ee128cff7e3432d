import { availableParallelism } from 'node:os';
import pLimit, { type LimitFunction } from 'p-limit';
import type { FactCache, ImageSource } from '../model/effects.ts';
import type { LayerDescriptor } from '../model/image.ts';
import type { LayerFacts } from './layer-facts.ts';
import { readLayer } from './layer.ts';
import type { ImageBudget } from './read-budget.ts';
import type { KnownSearch } from './secrets/known-forms.ts';

interface Pool {
  readonly limit: LimitFunction;
  readonly running: Map<string, Promise<LayerFacts>>;
}

// One pool for all images that share a cache: they are checked at the same time and mostly have the same base.
const pools = new WeakMap<FactCache, Pool>();

/** The facts of one layer; a layer that is being read for another image is waited for, and no more are read at once than there are cores (2 to 8). */
export function readPooledLayer(
  source: ImageSource,
  cache: FactCache,
  layer: LayerDescriptor,
  budget: ImageBudget,
  search?: KnownSearch,
): Promise<LayerFacts> {
  const pool = poolOf(cache);
  const key = [
    source.description,
    layer.digest,
    layer.diffId,
    layer.mediaType,
    String(layer.size),
    String(layer.base),
    search?.key(layer.digest) ?? '',
  ].join(' ');
  const running = pool.running.get(key);
  if (running !== undefined) return running;
  const read = (): Promise<LayerFacts> => {
    budget.check();
    return readLayer(source, cache, layer, budget.layer(), search);
  };
  const reading = pool.limit(read).finally(() => pool.running.delete(key));
  pool.running.set(key, reading);
  return reading;
}

function poolOf(cache: FactCache): Pool {
  const known = pools.get(cache);
  if (known !== undefined) return known;
  const pool = { limit: pLimit(Math.min(8, Math.max(2, availableParallelism()))), running: new Map() };
  pools.set(cache, pool);
  return pool;
}
