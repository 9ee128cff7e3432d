import { whenAllEnded } from './all-ended.ts';
import { undecidedFrom } from '../image/damage.ts';
import { describeImage } from '../image/describe.ts';
import type { Config, ImageConfig } from '../model/config.ts';
import type { Effects, ImageSource } from '../model/effects.ts';
import { skipped, undecided, type Fact, type FactName, type FactTable, type ServiceFacts } from '../model/facts.ts';
import { type BuiltImage, pullableDigest } from '../model/image.ts';
import { loadSettings } from './load-settings.ts';
import type { Surroundings } from './probes/companions.ts';
import { observeJobs } from './probes/job-run.ts';
import type { RunSlots } from './probes/run-slots.ts';
import { observeService } from './probes/service-run.ts';
import { observeSideRuns, SIDE_FACTS } from './probes/side-runs.ts';
import { settingsOf } from './rule-settings.ts';

/** One image and what its containers run with. */
export interface RunsRequest {
  readonly image: ImageConfig;
  readonly config: Config;
  readonly built: BuiltImage;
  readonly source: ImageSource;
  /** Which of several images an index holds is meant: `linux/amd64`. */
  readonly platform: string;
  /** False: containers are not started, their facts are skipped and say so. */
  readonly containers: boolean;
  /** Why none can be started although they may be. */
  readonly notStarted?: Fact<never>;
  readonly surroundings: Surroundings;
  /** Waits until the machine has room for one more container. */
  readonly slots: RunSlots;
}

/** Facts that need the image to run. */
export const RUN_FACTS: readonly FactName[] = ['processes', 'memory', 'service', 'jobs', 'logs', ...SIDE_FACTS];

const LOAD_RULE = { id: 'stop.under-load', settings: loadSettings };

/** Runs the image as often as the needed facts ask for: once in the ordinary way, and beside it what hardening, controls and load need. */
export async function observeRuns(
  effects: Effects,
  request: RunsRequest,
  needed: ReadonlySet<FactName>,
): Promise<FactTable> {
  if (!request.containers || request.notStarted !== undefined) {
    const notStarted = request.notStarted ?? skipped('containers were not started (--no-containers)');
    return Object.fromEntries(RUN_FACTS.map((name) => [name, notStarted]));
  }
  const { image, built, slots, surroundings } = request;
  if (image.kind === 'job') return slots(image.memory, () => observeJobs(effects, image, built.runnable, surroundings));
  try {
    return await observeServiceRuns(effects, request, needed);
  } catch (error) {
    const fact = undecidedFrom(error);
    return Object.fromEntries(RUN_FACTS.map((name) => [name, fact]));
  }
}

/** What ends by itself in its ordinary run ends in all others: none of what was taken away there is to blame. */
export function asComparable(service: Fact<ServiceFacts>, beside: FactTable): FactTable {
  if (service.state !== 'known' || service.value.exitedEarly === undefined) return beside;
  const reason = 'the service ended by itself in its ordinary run, so there is nothing to compare with';
  return Object.fromEntries(Object.keys(beside).map((name) => [name, undecided(reason)]));
}

async function observeServiceRuns(
  effects: Effects,
  { image, config, built, source, platform, surroundings, slots }: RunsRequest,
  needed: ReadonlySet<FactName>,
): Promise<FactTable> {
  const description = await describeImage(source, pullableDigest(built.digests), { platform });
  const { runnable } = built;
  const ready = Promise.withResolvers<number | string>();
  const ordinary = slots(image.memory, () =>
    observeService(effects, image, description, runnable, surroundings, ready.resolve),
  ).finally(() => {
    ready.resolve('the ordinary run did not happen, so there is nothing to compare with');
  });
  const side = observeSideRuns({
    subject: { effects, image, description, runnable },
    surroundings,
    slots,
    facts: SIDE_FACTS.filter((name) => needed.has(name)),
    load: loadSettings.parse(settingsOf(LOAD_RULE, image, config)),
    ordinary: ready.promise,
  });
  const [main, beside] = await whenAllEnded([ordinary, side]);
  return { ...main, ...asComparable(main.service, beside) };
}
