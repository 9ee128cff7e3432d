import type { ContainerRun } from './container-run.ts';
import { pause } from '../../model/pause.ts';

/** Looks at a container every so many milliseconds until it ends or `finish` is called, which looks a last time where it still can. */
export function startWatch(run: ContainerRun, every: number, look: () => Promise<void>): () => Promise<void> {
  const finished = new AbortController();
  const stopping = AbortSignal.any([finished.signal, run.ended]);
  const watch = async (): Promise<void> => {
    while (!stopping.aborted) {
      await look();
      await pause(run.effects.clock, every, stopping);
    }
  };
  const watching = watch();
  // Awaited when it is finished; until then it must not count as unhandled.
  watching.catch(() => undefined);
  return async () => {
    const first = !finished.signal.aborted;
    finished.abort();
    await watching;
    if (first && !run.ended.aborted) await look();
  };
}
