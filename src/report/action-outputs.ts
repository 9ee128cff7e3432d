import type { ImageRecord, RunRecord } from '../model/record.ts';
import { verdictOf } from '../model/record-verdict.ts';

/** The action's outputs that come from the images: the map for all, and scalars when there is only one. */
export function outputsOf(record: RunRecord): Record<string, string> {
  const images = Object.fromEntries(record.images.map((image) => [image.name, outputOf(image)]));
  const [only, ...others] = record.images;
  const digest = only?.digests?.index ?? only?.digests?.manifest;
  return {
    images: JSON.stringify(images),
    ...(others.length > 0 || digest === undefined ? {} : { digest }),
    ...(others.length > 0 || only?.published === undefined ? {} : { reference: only.published.reference }),
    ...(record.run.command === 'gate' ? { result: JSON.stringify(resultOf(record, images)) } : jobOutputsOf(record)),
  };
}

/** What a called workflow hands back as one text. */
function resultOf(record: RunRecord, images: object): object {
  const { unchanged = [], notes, problems, publish } = record;
  return { verdict: verdictOf(record), images, unchanged, publish, notes, problems };
}

/** What the jobs after a plan go by: matrices, empty where the job has nothing to do. */
function jobOutputsOf({ run, jobs, publish, images }: RunRecord): Record<string, string> {
  if (jobs === undefined) return {};
  const gpu = matrixOf(jobs.gpu.map(({ image, runsOn, minutes }) => ({ image, 'runs-on': runsOn, minutes })));
  const tried = jobs.gpu.map(({ image }) => image).join('\n');
  if (run.command === 'gpu-watch') return { retry: gpu, 'retry-images': tried };
  const build = jobs.build.map(({ shard, images, runsOn }) => ({
    shard,
    images: images.join('\n'),
    'runs-on': runsOn,
  }));
  return {
    build: matrixOf(build),
    stack: matrixOf(jobs.stack === undefined ? [] : [{ 'runs-on': jobs.stack.runsOn, minutes: jobs.stack.minutes }]),
    gpu,
    'gpu-images': tried,
    names: images.map(({ name }) => name).join('\n'),
    publish: jobs.environment === undefined ? '' : 'true',
    environment: jobs.environment ?? '',
    target: publish.target ?? '',
  };
}

/** A matrix without an entry fails the whole workflow (GitHub, "Matrix vector does not contain any values"). */
function matrixOf(include: readonly object[]): string {
  return include.length === 0 ? '' : JSON.stringify({ include });
}

const POINTS_HERE: readonly string[] = ['created', 'moved', 'same'];

function outputOf(image: ImageRecord): Record<string, unknown> {
  return {
    reference: image.published?.reference,
    digest: image.digests?.index ?? image.digests?.manifest,
    'config-digest': image.digests?.config,
    tags: image.published?.tags.flatMap(({ tag, action }) => (POINTS_HERE.includes(action) ? tag : [])) ?? [],
    sizes: image.sizes && { download: image.sizes.download, unpacked: image.sizes.unpacked },
    verdict: image.blocked.length === 0 ? 'passed' : 'blocked',
    timings: image.timings,
  };
}

/** What a registry holds now, as tools that attest name it; a layout is no place others can look at. */
export function publishedReferences({ images }: RunRecord): readonly string[] {
  return images.flatMap(({ published }) =>
    published === undefined || published.reference.startsWith('oci:') ? [] : [`oci://${published.reference}`],
  );
}
