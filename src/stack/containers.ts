import type { Effects } from '../model/effects.ts';
import type { ContainerState } from '../model/engine.ts';

const SERVICE_LABEL = 'com.docker.compose.service';

/** How a container ended, as the engine said it at that moment: a restart policy hides it from who looks later. */
export interface Death {
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Milliseconds that it had been running; absent where the engine does not say. */
  readonly lasted?: number;
}

/** A container, and how it ended before it was started again. */
export interface StackContainer extends ContainerState {
  readonly lastEnd?: Death;
}

/** The containers of each service, as the engine sees them now. */
export type StackContainers = ReadonlyMap<string, readonly StackContainer[]>;

/** Looks at every container that carries the label, by service. */
export async function inspectStack({ engine }: Effects, label: string): Promise<StackContainers> {
  const listed = await engine.listContainers(label);
  const states = await Promise.all(
    listed.map(async ({ id, labels }) => ({
      service: labels[SERVICE_LABEL] ?? '',
      state: await engine.inspectContainer(id),
    })),
  );
  const found = new Map<string, ContainerState[]>();
  for (const { service, state } of states) found.set(service, [...(found.get(service) ?? []), state]);
  return found;
}

/** Whoever answers to a host name in the stack's networks, the name of its service or one it was given there. */
export function findContainer(containers: StackContainers, host: string): StackContainer | undefined {
  const all = [...containers].flatMap(([service, states]) => states.map((state) => ({ service, state })));
  const found =
    all.find(({ service }) => service.toLowerCase() === host) ?? all.find(({ state }) => state.names?.includes(host));
  return found?.state;
}
