import { Fault } from '../model/fault.ts';
import type { GpuConfig } from '../model/gpu-config.ts';
import { formatPlace } from '../model/place.ts';
import type { Plan, PlannedImage, PlannedStack } from '../model/plan.ts';
import type { JobsRecord } from '../model/jobs-record.ts';

/** Images that no GPU job is to try. */
export type Untried = readonly NonNullable<JobsRecord['untried']>[number][];

/** Where a build job runs when no image says where. */
const HOSTED_RUNNER: string[] = ['ubuntu-24.04'];
/** The build job of images without a `shard:`. */
const ONE_FOR_ALL = 'images';

/** Minutes a GPU job may take beyond its own limits, so that it always writes a verdict. */
const ROOM_MINUTES = 10;

/** Room for taking images over and for pulling those of others. */
const STACK_ROOM_MINUTES = 40;

/** The jobs of the reusable workflow that the plan asks for. Throws a Fault where the images of one job name different runners. */
export function planJobs({ images, event, publish, stack }: Plan, untried: Untried = []): JobsRecord {
  const shards = Map.groupBy(images, ({ config }) => config.shard ?? ONE_FOR_ALL);
  const build = [...shards].map(([shard, members]) => ({
    shard,
    images: members.map(({ name }) => name),
    runsOn: [...runnerOf(shard, members)],
  }));
  return {
    build,
    // A fork's run puts nothing into staging: its build job starts the stack itself.
    ...(event.fork || stack === undefined || stack.images.length === 0 ? {} : { stack: stackJob(stack, build) }),
    // GitHub gives a fork's run no machine of ours.
    gpu: event.fork ? [] : gpuJobs(images.filter(({ name }) => !untried.some(({ image }) => image === name))),
    ...(untried.length === 0 ? {} : { untried: untried.map((one) => ({ ...one })) }),
    ...(publish.publish && images.length > 0
      ? { environment: event.tag === undefined ? ('images' as const) : ('release' as const) }
      : {}),
  };
}

/** It runs where the config says, else where its images are built, or on a runner of GitHub's where they are built on several kinds. */
function stackJob({ images, config }: PlannedStack, build: JobsRecord['build']): NonNullable<JobsRecord['stack']> {
  const builders = build.filter((job) => job.images.some((name) => images.includes(name)));
  const [first, ...others] = builders.map(({ runsOn }) => runsOn);
  const one = first !== undefined && others.every((labels) => labels.join('\n') === first.join('\n'));
  // A first start and two more for survives-restart.
  const minutes = Math.ceil((3 * config.readyWithin + config.staysUp) / 60_000) + STACK_ROOM_MINUTES;
  return { images: [...images], runsOn: [...(config.runsOn ?? (one ? first : HOSTED_RUNNER))], minutes };
}

/** Images of the stack that no single build job has together, a part for each job; undefined where one has them all. */
export function findSplit({ build }: JobsRecord, { images }: PlannedStack): string | undefined {
  const parts = build
    .map(({ shard, images: members }) => ({ shard, members: members.filter((name) => images.includes(name)) }))
    .filter(({ members }) => members.length > 0);
  if (parts.length < 2) return undefined;
  return parts.map(({ shard, members }) => `${members.join(', ')} by ${shard}`).join('; ');
}

function gpuJobs(images: readonly PlannedImage[]): JobsRecord['gpu'] {
  return images.flatMap(({ name, config: { gpu } }) => {
    return gpu === undefined ? [] : toGpuJob(name, gpu);
  });
}

/** One job on a GPU machine; it ends by itself before GitHub ends it, so that a verdict is written. */
export function toGpuJob(
  image: string,
  { runsOn, pullWithin, stageWithin }: Pick<GpuConfig, 'runsOn' | 'pullWithin' | 'stageWithin'>,
): JobsRecord['gpu'][number] {
  const minutes = Math.ceil((pullWithin + stageWithin) / 60_000) + ROOM_MINUTES;
  return { image, runsOn: typeof runsOn === 'string' ? runsOn : [...runsOn], minutes };
}

function runnerOf(shard: string, members: readonly PlannedImage[]): readonly string[] {
  const written = members.filter(({ config }) => config.runsOn !== undefined);
  const [first, ...others] = written;
  if (first?.config.runsOn === undefined) return HOSTED_RUNNER;
  const labels = first.config.runsOn;
  const other = others.find(({ config }) => config.runsOn?.join('\n') !== labels.join('\n'));
  if (other === undefined) return labels;
  const place = other.config.places['runs-on'];
  throw new Fault(
    `${first.name} and ${other.name} are built by one job, ${shard}, and name different runners: ${labels.join(', ')} and ${(other.config.runsOn ?? []).join(', ')}`,
    {
      ...(place === undefined ? {} : { where: formatPlace(place) }),
      remedy: 'Give one of them a shard: of its own, or both the same runs-on:.',
    },
  );
}
