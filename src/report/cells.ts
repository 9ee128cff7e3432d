import { shortDigest } from '../model/digest.ts';
import { formatDuration } from '../model/duration.ts';
import type { ImageRecord } from '../model/record.ts';
import { formatSize } from '../model/size.ts';

export const NOTHING = '–';

/** Columns of the image table, the same in the terminal and in markdown. */
export const COLUMNS = [
  'image',
  'size (download / unpacked)',
  'budget',
  'ready in',
  'stop',
  'user',
  'build',
  'cache hits',
  'digest',
] as const;

/** One row of the image table as plain text. */
export function cellsOf(image: ImageRecord): string[] {
  const { sizes, budget, timings, build, digests } = image;
  const limit = budget?.unpacked ?? budget?.download;
  return [
    image.name,
    sizes === undefined ? NOTHING : `${formatSize(sizes.download)} / ${formatSize(sizes.unpacked)}`,
    limit === undefined ? NOTHING : formatSize(limit),
    readyCell(image),
    timings?.stop === undefined ? NOTHING : formatDuration(timings.stop),
    image.user === undefined ? NOTHING : image.user === '' ? 'root' : image.user,
    build === undefined || image.status !== 'built' ? NOTHING : formatDuration(build.elapsed),
    build === undefined || build.steps === 0 ? NOTHING : `${String(build.cached)}/${String(build.steps)}`,
    digests === undefined ? NOTHING : shortDigest(digests.index ?? digests.manifest),
  ];
}

function readyCell({ kind, timings }: ImageRecord): string {
  if (timings?.healthy !== undefined) return formatDuration(timings.healthy);
  if (timings?.firstSuccess !== undefined) return formatDuration(timings.firstSuccess);
  return kind === 'job' ? 'job' : NOTHING;
}
