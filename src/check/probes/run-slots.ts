import type { EngineInfo } from '../../model/engine.ts';

/** What the machine has to give to containers that run at the same time. */
export type RunCapacity = Pick<EngineInfo, 'cpus' | 'memoryBytes'>;
/**
 * Runs `work` as soon as there is room for it; waits in the order of asking. `aside`: a single run that nobody times and that gets little
 * of the processor (single-run.ts); it takes no place from those that are timed, nor memory that one of them waits for.
 */
export type RunSlots = <T>(memory: number | undefined, work: () => Promise<T>, how?: 'aside') => Promise<T>;

/** Assumed for an image that declares no memory. */
const UNDECLARED_MEMORY = 512 * 2 ** 20;
const LEAST_PLACES = 4;
/** Kept for the engine, this program and the builds' page cache. */
const USABLE_SHARE = 0.8;

interface Lane {
  readonly places: number;
  readonly queue: { readonly memory: number; readonly admit: () => void }[];
  running: number;
}

/**
 * One container per core, at least four because services mostly wait, half as many aside, and never more declared memory than the machine
 * has; one that alone is too big runs alone.
 */
export function makeRunSlots(capacity: RunCapacity): RunSlots {
  const usable = capacity.memoryBytes * USABLE_SHARE;
  const timed: Lane = { places: Math.max(LEAST_PLACES, capacity.cpus), queue: [], running: 0 };
  const aside: Lane = { places: Math.max(1, Math.floor(capacity.cpus / 2)), queue: [], running: 0 };
  let reserved = 0;
  const admitNext = (): void => {
    for (const lane of [timed, aside]) {
      for (let next = lane.queue[0]; next !== undefined && lane.running < lane.places; next = lane.queue[0]) {
        const idle = timed.running + aside.running === 0;
        if (reserved + next.memory > usable && !idle) return;
        lane.queue.shift();
        lane.running += 1;
        reserved += next.memory;
        next.admit();
      }
    }
  };
  return async (declared, work, how) => {
    const memory = declared ?? UNDECLARED_MEMORY;
    const lane = how === 'aside' ? aside : timed;
    await new Promise<void>((admit) => {
      lane.queue.push({ memory, admit });
      admitNext();
    });
    try {
      return await work();
    } finally {
      lane.running -= 1;
      reserved -= memory;
      admitNext();
    }
  };
}
