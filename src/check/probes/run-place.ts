import type { EnvValue } from '../../model/check-config.ts';
import type { ImageConfig } from '../../model/config.ts';
import type { Effects } from '../../model/effects.ts';
import { OWNER_LABEL, RUN_LABEL, type ContainerSpec } from '../../model/engine.ts';
import { Fault } from '../../model/fault.ts';
import { startCompanions, type Surroundings } from './companions.ts';
import { makeRedaction, type Redaction } from '../../model/redaction.ts';

/** Label that everything of one container run carries beside the run's own. */
export const PART_LABEL = 'slipway.part';

/** A network of our own with the image's companions in it. */
export interface RunPlace {
  readonly network: string;
  /** `key=value` that selects everything of this run. */
  readonly label: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly redact: Redaction;
}

/** Prepares network, environment and companions, lets `use` work there and removes all of it, whatever happened. */
export async function withRunPlace<T>(
  effects: Effects,
  image: ImageConfig,
  kind: string,
  surroundings: Surroundings,
  use: (place: RunPlace) => Promise<T>,
): Promise<T> {
  const { env, redact } = await resolveEnvironment(effects, image, surroundings.directory);
  const part = `${effects.runId}-${image.name}-${kind}`;
  const label = `${PART_LABEL}=${part}`;
  const labels = partLabels(effects, image.name, part);
  const network = `slipway-${part}`;
  let done = false;
  try {
    await effects.engine.createNetwork(network, labels);
    await startCompanions(effects, image.with, surroundings, { project: network.toLowerCase(), network, labels });
    const result = await use({ network, label, labels, env, redact });
    done = true;
    return result;
  } finally {
    const removal = effects.engine.removeLabelled(label);
    // A failed clean-up is worth an error of its own only when there is no other one.
    await (done ? removal : removal.catch(() => undefined));
  }
}

/** By these the parts of a run find what is theirs, and a later run what a killed one left. */
export function partLabels({ runId, engine }: Effects, image: string, part: string): Readonly<Record<string, string>> {
  return { [RUN_LABEL]: runId, [OWNER_LABEL]: engine.owner, [PART_LABEL]: part, 'slipway.image': image };
}

/** What the container of an image is created with, apart from what a job run changes. */
export function describeRun(image: ImageConfig, runnable: string, place: RunPlace): ContainerSpec {
  return {
    image: runnable,
    ...(image.command === undefined ? {} : { command: image.command }),
    env: place.env,
    labels: place.labels,
    network: place.network,
    aliases: [image.name],
    ...(image.memory === undefined ? {} : { memory: image.memory }),
    // The default /tmp belongs to the hardened run: here it could hide files of the image.
    ...(image.written.has('tmpfs') ? { tmpfs: image.tmpfs } : {}),
  };
}

/** Values of `env:` with their sources read, plus `$PORT` as Cloud Run sets it; what came from outside is kept out of logs. */
export async function resolveEnvironment(
  effects: Effects,
  image: ImageConfig,
  directory: string,
): Promise<{ readonly env: Readonly<Record<string, string>>; readonly redact: Redaction }> {
  const env: Record<string, string> = image.port === undefined ? {} : { PORT: String(image.port) };
  const hidden: string[] = [];
  for (const [name, value] of Object.entries(image.env)) {
    const text = await readValue(effects, value, directory, `env.${name} of image ${image.name}`);
    env[name] = text;
    if (value.from !== 'literal') hidden.push(text);
  }
  return { env, redact: makeRedaction(hidden) };
}

async function readValue(effects: Effects, value: EnvValue, directory: string, where: string): Promise<string> {
  if (value.from === 'literal') return value.value;
  if (value.from === 'env') {
    const text = effects.env[value.name];
    if (text !== undefined) return text;
    throw new Fault(`The environment variable ${value.name} is not set`, {
      where,
      remedy: `Set ${value.name} for this run, or write a literal test value.`,
    });
  }
  try {
    return (await effects.files.readText(`${directory}/${value.path}`)).replace(/\r?\n$/, '');
  } catch (cause) {
    throw new Fault(`The file ${value.path} cannot be read`, { where, remedy: 'Create it before this run.', cause });
  }
}
