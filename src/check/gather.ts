import { undecidedFrom } from '../image/damage.ts';
import { readImage } from '../image/read.ts';
import { describeImage } from '../image/describe.ts';
import type { Config, ImageConfig } from '../model/config.ts';
import type { Effects, ImageSource } from '../model/effects.ts';
import { type FactName, type FactTable, skipped } from '../model/facts.ts';
import { type BuiltImage, pullableDigest } from '../model/image.ts';
import { levelOf } from './policy.ts';
import type { Surroundings } from './probes/companions.ts';
import { observeJobs } from './probes/job-run.ts';
import type { RunSlots } from './probes/run-slots.ts';
import { observeService } from './probes/service-run.ts';
import type { AnyRule } from './rule.ts';

const STATIC: readonly FactName[] = ['image', 'sizes', 'waste', 'accounts', 'files'];
const RUNNING: readonly FactName[] = ['processes', 'memory', 'service', 'jobs', 'logs'];

export interface GatherRequest {
  readonly image: ImageConfig;
  readonly config: Config;
  readonly built: BuiltImage;
  readonly source: ImageSource;
  /** The union of their needs decides what is measured. */
  readonly rules: readonly AnyRule[];
  /** False: containers are not started, their facts are skipped and say so. */
  readonly containers: boolean;
  readonly surroundings: Surroundings;
  /** Waits until the machine has room for one more container. */
  readonly slots: RunSlots;
}

/** Measures what the rules need of one image, each probe at most once; a probe that cannot run makes its facts undecided, never absent. */
export async function gatherFacts(effects: Effects, request: GatherRequest): Promise<FactTable> {
  const { rules, image, config } = request;
  const active = rules.filter((rule) => !['off', undefined].includes(levelOf(rule, image, config)));
  const needed = new Set(active.flatMap((rule) => rule.needs));
  const [read, run] = await Promise.all([
    STATIC.some((name) => needed.has(name)) ? readBytes(effects, request) : {},
    RUNNING.some((name) => needed.has(name)) ? observe(effects, request) : {},
  ]);
  return { ...read, ...run };
}

function readBytes(effects: Effects, { built, source }: GatherRequest): Promise<FactTable> {
  return readImage(source, pullableDigest(built.digests), { cache: effects.cache });
}

async function observe(effects: Effects, request: GatherRequest): Promise<FactTable> {
  const notStarted = skipped('containers were not started (--no-containers)');
  if (!request.containers)
    return { processes: notStarted, memory: notStarted, service: notStarted, jobs: notStarted, logs: notStarted };
  const { image, built, source, surroundings, slots } = request;
  if (image.kind === 'job') return slots(image.memory, () => observeJobs(effects, image, built.runnable, surroundings));
  try {
    const description = await describeImage(source, pullableDigest(built.digests), {});
    return await slots(image.memory, () => observeService(effects, image, description, built.runnable, surroundings));
  } catch (error) {
    const fact = undecidedFrom(error);
    return { processes: fact, memory: fact, service: fact, logs: fact };
  }
}
