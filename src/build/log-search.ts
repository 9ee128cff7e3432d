import type { KnownSearch } from '../image/secrets/known-forms.ts';
import { findKnown } from '../image/secrets/known-search.ts';
import type { Step } from './progress.ts';

/** Looks for known secret values in what steps print, before anything is masked or cut to lines. */
export interface LogSearch {
  readonly printed: (step: Step, data: Uint8Array) => void;
  /** Names of the values that the step printed. */
  readonly foundIn: (step: Step) => readonly string[];
}

/** One search for one build; without known values nothing is held. */
export function searchLog(known: KnownSearch | undefined): LogSearch {
  const rests = new Map<string, Buffer>();
  const found = new Map<string, Set<string>>();
  return {
    printed: ({ id }, data) => {
      if (known === undefined || known.names.length === 0) return;
      const bytes = Buffer.concat([rests.get(id) ?? Buffer.alloc(0), data]);
      const names = found.get(id) ?? new Set();
      for (const name of findKnown(known, bytes)) names.add(name);
      if (names.size > 0) found.set(id, names);
      rests.set(id, bytes.subarray(Math.max(0, bytes.length - known.longest + 1)));
    },
    foundIn: ({ id }) => [...(found.get(id) ?? [])],
  };
}
