import { HOST_KEYS } from '../model/compose-text.ts';
import type { MergedModel, MergedService } from './model.ts';

/** Where a stack of ours lives, and what it runs. */
export interface StackPlace {
  readonly project: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Service → the id of the image it runs, for every service. */
  readonly images: ReadonlyMap<string, string>;
  /** Services whose ports are taken on the host. */
  readonly hostPorts: readonly string[];
  /** Services that ask for a GPU which this host does not have. */
  readonly withoutGpu: readonly string[];
}

export interface AdoptedStack {
  /** The model as compose takes it. */
  readonly text: string;
  /** What is different from how the files say it. */
  readonly notes: readonly string[];
}

/**
 * The merged model turned into one of our own: images by digest, our labels on everything, no fixed names, no port of the
 * host but those asked for, volumes that start empty, and no GPU where there is none.
 */
export function adoptStack(model: MergedModel, place: StackPlace): AdoptedStack {
  const fixed = Object.values(model.services).some(({ networks }) => Object.values(networks ?? {}).some(isFixed));
  const services = Object.entries(model.services).map(([name, entry]) => [name, adoptService(name, entry, place)]);
  const networks = Object.entries(model.networks ?? {}).map(([name, network]) => [
    name,
    {
      labels: place.labels,
      ...(network?.internal === true ? { internal: true } : {}),
      // A fixed range collides with other networks of the host: it is kept only where addresses are fixed, too.
      ...(fixed && network?.ipam !== undefined ? { ipam: network.ipam } : {}),
    },
  ]);
  const volumes = Object.entries(model.volumes ?? {}).map(([name, volume]) => {
    const options = volume?.driver_opts;
    return [name, { labels: place.labels, ...(options?.['type'] === 'tmpfs' ? { driver_opts: options } : {}) }];
  });
  const { secrets, configs } = model;
  const adopted = {
    name: place.project,
    services: Object.fromEntries(services) as unknown,
    networks: Object.fromEntries(networks) as unknown,
    volumes: Object.fromEntries(volumes) as unknown,
    ...{ secrets, configs },
  };
  return { text: JSON.stringify(adopted), notes: notesOf(model, place) };
}

function isFixed(
  endpoint: { ipv4_address?: string | undefined; ipv6_address?: string | undefined } | null | undefined,
): boolean {
  return endpoint?.ipv4_address !== undefined || endpoint?.ipv6_address !== undefined;
}

function adoptService(name: string, entry: MergedService, place: StackPlace): Readonly<Record<string, unknown>> {
  const ports = place.hostPorts.includes(name);
  const host = entry.network_mode === 'host';
  const kept = Object.fromEntries(
    Object.entries(entry).filter(
      ([key]) => (key === 'ports' && ports) || !(HOST_KEYS.has(key) || (host && key === 'network_mode')),
    ),
  );
  const adopted = {
    ...kept,
    image: place.images.get(name),
    pull_policy: 'never',
    labels: { ...entry.labels, ...place.labels },
  };
  return place.withoutGpu.includes(name) ? stripGpu(adopted, entry) : adopted;
}

/** Everything that asks for a GPU: the reservation, its short form and the runtime. */
function stripGpu(
  adopted: Readonly<Record<string, unknown>>,
  { deploy }: MergedService,
): Readonly<Record<string, unknown>> {
  const rest = Object.fromEntries(Object.entries(adopted).filter(([key]) => key !== 'gpus' && key !== 'runtime'));
  const reservations = deploy?.resources?.reservations;
  if (reservations === undefined || reservations === null) return rest;
  const devices = (reservations.devices ?? []).filter(
    ({ driver, capabilities }) => driver !== 'nvidia' && capabilities?.includes('gpu') !== true,
  );
  return {
    ...rest,
    deploy: { ...deploy, resources: { ...deploy?.resources, reservations: { ...reservations, devices } } },
  };
}

function notesOf(model: MergedModel, { withoutGpu }: StackPlace): string[] {
  const host = Object.entries(model.services).filter(([, entry]) => entry.network_mode === 'host');
  return [
    ...withoutGpu.map((name) => `${name} reserves a GPU; this host has none, so it was started without`),
    ...host.map(([name]) => `${name} is meant for the host’s own network; it was started in the stack’s`),
  ];
}
