import { Fault } from '../model/fault.ts';
import type { GpuConfig } from '../model/gpu-config.ts';
import { formatPlace } from '../model/place.ts';
import type { Plan, PlannedImage } from '../model/plan.ts';
import type { JobsRecord } from '../model/jobs-record.ts';

/** Where a build job runs when no image says where. */
const HOSTED_RUNNER = ['ubuntu-24.04'];
/** The build job of images without a `shard:`. */
const ONE_FOR_ALL = 'images';

/** Minutes a GPU job may take beyond its own limits, so that it always writes a verdict. */
const ROOM_MINUTES = 10;

/** The jobs of the reusable workflow that the plan asks for. Throws a Fault where the images of one job name different runners, and where no job has all images of the stack. */
export function planJobs({ images, event, publish, stack }: Plan): JobsRecord {
  const shards = Map.groupBy(images, ({ config }) => config.shard ?? ONE_FOR_ALL);
  requireTogether(shards, stack);
  return {
    build: [...shards].map(([shard, members]) => ({
      shard,
      images: members.map(({ name }) => name),
      runsOn: [...runnerOf(shard, members)],
    })),
    // GitHub gives a fork's run no machine of ours; what it means is said beside the image.
    gpu: event.fork ? [] : gpuJobs(images),
    ...(publish.publish && images.length > 0
      ? { environment: event.tag === undefined ? ('images' as const) : ('release' as const) }
      : {}),
  };
}

/** A stack is started by the job that has its images. Throws a Fault where no job has them all. */
function requireTogether(shards: ReadonlyMap<string, readonly PlannedImage[]>, stack: Plan['stack']): void {
  if (stack === undefined) return;
  const parts = [...shards]
    .map(([shard, members]) => ({ shard, members: members.filter(({ name }) => stack.images.includes(name)) }))
    .filter(({ members }) => members.length > 0);
  if (parts.length < 2) return;
  const words = parts.map(({ shard, members }) => `${members.map(({ name }) => name).join(', ')} by ${shard}`);
  throw new Fault(`the images of the stack are built by several jobs: ${words.join('; ')}`, {
    remedy: 'Give them one shard:, since the stack is started where all of them are.',
  });
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
