import type { Effects } from '../model/effects.ts';
import type { ContainerState } from '../model/engine.ts';

const SERVICE_LABEL = 'com.docker.compose.service';

/** The containers of each service, as the engine sees them now. */
export type StackContainers = ReadonlyMap<string, readonly ContainerState[]>;

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

/** The address of whoever answers to a host name in the stack's networks, the name of its service or one it was given there. */
export function addressOf(containers: StackContainers, host: string): string | undefined {
  const all = [...containers].flatMap(([service, states]) => states.map((state) => ({ service, state })));
  const found =
    all.find(({ service }) => service.toLowerCase() === host) ?? all.find(({ state }) => state.names?.includes(host));
  return Object.values(found?.state.addresses ?? {})[0];
}
