import type { Effects } from '../model/effects.ts';
import type { Death, StackContainer, StackContainers } from './containers.ts';

/** Follows how the containers of a stack end. */
export interface Deaths {
  readonly last: (id: string) => Death | undefined;
  readonly finish: () => Promise<void>;
}

/** Listens to the engine from now on until `finish`; a stream that breaks costs details of sentences and nothing else. */
export function watchDeaths({ engine }: Pick<Effects, 'engine'>, label: string): Deaths {
  const deaths = new Map<string, Death>();
  const starved = new Set<string>();
  const stopping = new AbortController();
  const follow = async (): Promise<void> => {
    for await (const { action, id, timeNano, attributes } of engine.events(label, stopping.signal)) {
      if (action === 'start') starved.delete(id);
      if (action === 'oom') starved.add(id);
      if (action !== 'die') continue;
      const seconds = Number(attributes['execDuration'] ?? 0);
      deaths.set(id, {
        exitCode: Number(attributes['exitCode'] ?? 0),
        oomKilled: starved.has(id),
        at: Number(timeNano / 1_000_000n),
        // Whole seconds: nothing can be said of a life that was shorter.
        ...(seconds > 0 ? { lasted: seconds * 1000 } : {}),
      });
    }
  };
  const done = follow().catch(() => undefined);
  return {
    last: (id) => deaths.get(id),
    async finish() {
      stopping.abort();
      await done;
    },
  };
}

/** The containers, and of those that were started again how they ended last. */
export function recallDeaths(containers: StackContainers, { last }: Deaths): StackContainers {
  return new Map([...containers].map(([service, states]) => [service, states.map((state) => recall(state, last))]));
}

function recall(state: StackContainer, last: Deaths['last']): StackContainer {
  const death = state.restarts > 0 ? last(state.id) : undefined;
  return death === undefined ? state : { ...state, lastEnd: death };
}
