import { z } from 'zod';
import { HOST_KEYS, parseJson } from '../../model/compose-text.ts';
import { Fault } from '../../model/fault.ts';

const service = z.looseObject({
  image: z.string().optional(),
  volumes: z.array(z.looseObject({ type: z.string().optional() })).nullish(),
  networks: z.record(z.string(), z.looseObject({ aliases: z.array(z.string()).nullish() }).nullish()).nullish(),
  labels: z.record(z.string(), z.string()).nullish(),
});
const model = z.looseObject({
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.unknown()).nullish(),
});
type Service = z.infer<typeof service>;

/** Where companions run: everything they make carries our labels and lives in our network. */
export interface CompanionPlace {
  readonly project: string;
  readonly network: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Keys that tie a service to the host or to a project that is not ours. */
export const DROPPED: ReadonlySet<string> = new Set([...HOST_KEYS, 'restart', 'networks', 'network_mode']);

/**
 * The resolved compose model (`config --format json SERVICE`) turned into one of our own:
 * no published ports, no fixed names, our network and labels, and volumes that start empty and go away with us.
 */
export function adoptModel(text: string, where: string, place: CompanionPlace): string {
  const { services, volumes } = parseModel(text, where);
  const adopted = Object.entries(services).map(([name, entry]) => [name, adoptService(name, entry, where, place)]);
  return JSON.stringify({
    name: place.project,
    services: Object.fromEntries(adopted) as unknown,
    networks: { default: { external: true, name: place.network } },
    // Even a volume that is declared external starts empty: a test must never touch somebody's data.
    volumes: Object.fromEntries(Object.keys(volumes ?? {}).map((name) => [name, { labels: place.labels }])),
  });
}

/** Names of the services in a resolved model. */
export function listServices(text: string, where: string): readonly string[] {
  return Object.keys(parseModel(text, where).services);
}

function parseModel(text: string, where: string): z.infer<typeof model> {
  const value = parseJson(text);
  if (value === undefined) throw new Fault('compose did not print its model as JSON', { where });
  const parsed = model.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Fault(`The compose model has an unknown shape: ${z.prettifyError(parsed.error)}`, { where });
}

function adoptService(
  name: string,
  entry: Service,
  where: string,
  place: CompanionPlace,
): Readonly<Record<string, unknown>> {
  if (entry.image === undefined) {
    throw new Fault(`The compose service ${name} is built from source and names no image`, {
      where,
      remedy: 'Name only services with a published image in `with`.',
    });
  }
  const kept = Object.fromEntries(Object.entries(entry).filter(([key]) => !DROPPED.has(key)));
  const aliases = Object.values(entry.networks ?? {}).flatMap((network) => network?.aliases ?? []);
  return {
    ...kept,
    labels: { ...entry.labels, ...place.labels },
    networks: { default: aliases.length === 0 ? {} : { aliases } },
    restart: 'no',
  };
}
