import type { ComposeFacts, ComposeService } from '../model/compose-facts.ts';
import { NETWORK_TROUBLE } from '../model/compose-text.ts';
import type { Effects } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import { formatPlace } from '../model/place.ts';
import type { Finding } from '../model/verdict.ts';
import type { ComposeCalls } from './calls.ts';

/** An image of the configuration, as the engine holds it. */
export interface Candidate {
  readonly name: string;
  /** What the engine runs: an id or a reference by digest. */
  readonly runnable: string;
}

export interface ChosenImages {
  readonly problems: readonly Finding[];
  /** Service → what it runs. */
  readonly ids: ReadonlyMap<string, string>;
  /** Service → name of the candidate it runs. */
  readonly names: ReadonlyMap<string, string>;
}

/** What every service runs: the candidate where its file builds or names one, else its image, pulled where the engine lacks it. */
export async function chooseImages(
  effects: Effects,
  calls: ComposeCalls,
  { services }: ComposeFacts,
  candidates: readonly Candidate[],
): Promise<ChosenImages> {
  const chosen = await Promise.all(
    services.map(async (service) => ({ service, ...(await chooseImage(effects, calls, service, candidates)) })),
  );
  return {
    problems: chosen.flatMap(({ problem }) => (problem === undefined ? [] : [problem])),
    ids: new Map(chosen.flatMap(({ service, id }) => (id === undefined ? [] : [[service.name, id] as const]))),
    names: new Map(chosen.flatMap(({ service, name }) => (name === undefined ? [] : [[service.name, name] as const]))),
  };
}

interface Choice {
  readonly id?: string;
  readonly name?: string;
  readonly problem?: Finding;
}

async function chooseImage(
  effects: Effects,
  calls: ComposeCalls,
  service: ComposeService,
  candidates: readonly Candidate[],
): Promise<Choice> {
  const own = candidates.filter(({ name }) => service.images.includes(name));
  const [only, ...others] = own;
  if (only !== undefined && others.length === 0) return { id: only.runnable, name: only.name };
  if (only !== undefined) return { problem: describeAmbiguous(service, own) };
  if (service.images.length > 0) return { problem: describeMissing(service) };
  if (service.image === undefined || service.build !== undefined) return { problem: describeUnbuilt(service) };
  const { value: reference, place } = service.image;
  const held = await effects.engine.inspectImage(reference);
  if (held !== undefined) return { id: held.id };
  const pulled = await calls.pull(reference);
  effects.signal.throwIfAborted();
  const image = pulled.exitCode === 0 ? await effects.engine.inspectImage(reference) : undefined;
  if (image !== undefined) return { id: image.id };
  const said =
    pulled.stderr
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .at(-1) ?? 'nothing';
  const message = `${service.name} runs ${reference}, which cannot be pulled: ${said.slice(0, 300)}`;
  if (NETWORK_TROUBLE.test(said)) throw new Fault(message, { kind: 'environment', where: formatPlace(place) });
  return {
    problem: {
      message,
      place,
      remedy: 'Correct the reference, or log in to its registry before this run (docker login).',
    },
  };
}

function describeAmbiguous(service: ComposeService, own: readonly Candidate[]): Finding {
  return {
    message: `${service.name} can be any of the images ${own.map(({ name }) => name).join(', ')}: they have its Dockerfile, context and target`,
    place: service.place,
    remedy: 'Give the service the `target` or `args` of the one that is meant, or name it with `image:`.',
  };
}

function describeMissing(service: ComposeService): Finding {
  return {
    message: `${service.name} runs the image ${service.images.join(' or ')}, which was not built in this run`,
    place: service.place,
    remedy: 'See why it was not built, and run without --only.',
  };
}

function describeUnbuilt(service: ComposeService): Finding {
  return {
    message: `${service.name} is built from source, and no image of slipway.yml is built from the same Dockerfile, context and target`,
    place: service.place,
    remedy: 'Add it under images: with the same dockerfile, context, target and args.',
  };
}
