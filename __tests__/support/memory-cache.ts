import type { FactCache } from '../../src/model/effects.ts';

/** A fact cache that lives as long as the test. */
export function makeMemoryCache(): FactCache {
  const values = new Map<string, Uint8Array>();
  return {
    get: (key) => Promise.resolve(values.get(key)),
    put: (key, value) => {
      values.set(key, value);
      return Promise.resolve();
    },
  };
}
