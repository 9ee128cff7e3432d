import type { EngineInfo } from '../../model/engine.ts';

/** What the machine has to give to containers that run at the same time. */
export type RunCapacity = Pick<EngineInfo, 'cpus' | 'memoryBytes'>;
/** Runs `work` as soon as there is room for it; waits in the order of asking. */
export type RunSlots = <T>(memory: number | undefined, work: () => Promise<T>) => Promise<T>;

/** Assumed for an image that declares no memory. */
const UNDECLARED_MEMORY = 512 * 2 ** 20;
const LEAST_PLACES = 4;
/** Kept for the engine, this program and the builds' page cache. */
const USABLE_SHARE = 0.8;

/** One container per core, at least four because services mostly wait, and never more declared memory than the machine has; one that alone is too big runs alone. */
export function makeRunSlots(capacity: RunCapacity): RunSlots {
  const places = Math.max(LEAST_PLACES, capacity.cpus);
  const usable = capacity.memoryBytes * USABLE_SHARE;
  const queue: { readonly memory: number; readonly admit: () => void }[] = [];
  let running = 0;
  let reserved = 0;
  const admitNext = (): void => {
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const fits = running < places && reserved + next.memory <= usable;
      if (!fits && running > 0) return;
      queue.shift();
      running += 1;
      reserved += next.memory;
      next.admit();
    }
  };
  return async (declared, work) => {
    const memory = declared ?? UNDECLARED_MEMORY;
    await new Promise<void>((admit) => {
      queue.push({ memory, admit });
      admitNext();
    });
    try {
      return await work();
    } finally {
      running -= 1;
      reserved -= memory;
      admitNext();
    }
  };
}
