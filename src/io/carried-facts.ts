import type { CarriedFacts } from '../model/actions-cache.ts';
import type { FactCache } from '../model/effects.ts';

/** Facts that hold wherever the blob is the same; all others belong to this machine. */
const CARRIED = /^(?:layer-facts|known-values\/none)\//;

/** More than this is not held in memory to be carried, bytes. */
const MOST = 2 ** 27;

/** A cache whose facts can come from elsewhere and go there. What was brought is known to this process alone and never written to the machine's folder. */
export function makeCarriedFacts(cache: FactCache): { readonly cache: FactCache; readonly carried: CarriedFacts } {
  const brought = new Map<string, Uint8Array>();
  const used = new Map<string, Uint8Array>();
  const lent = new Set<string>();
  let held = 0;
  const note = (key: string, value: Uint8Array | undefined): void => {
    if (value === undefined || !CARRIED.test(key)) return;
    const more = value.length - (used.get(key)?.length ?? 0);
    if (held + more > MOST) return;
    held += more;
    used.set(key, value);
  };
  return {
    cache: {
      get: async (key) => {
        const own = await cache.get(key);
        const value = own ?? brought.get(key);
        if (own === undefined && value !== undefined) lent.add(key);
        note(key, value);
        return value;
      },
      put: async (key, value) => {
        note(key, value);
        lent.delete(key);
        await cache.put(key, value);
      },
    },
    carried: {
      bring: (facts) => {
        for (const [key, value] of facts) if (CARRIED.test(key)) brought.set(key, value);
      },
      used: () => used,
      lent: () => lent.size,
    },
  };
}
