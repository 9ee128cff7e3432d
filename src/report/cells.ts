import { shortDigest } from '../model/digest.ts';
import { formatDuration } from '../model/duration.ts';
import type { ImageRecord } from '../model/record.ts';
import { formatSize } from '../model/size.ts';
import { describeUse } from './gpu-lines.ts';
import { deltaOf } from './growth.ts';

const NOTHING = '–';

const COLUMNS = [
  'image',
  'size (download / unpacked)',
  'Δ to base branch',
  'budget',
  'ready in',
  'stop',
  'user',
  'GPU',
  'build',
  'cache hits',
  'digest',
] as const;

export interface ImageTable {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly image: ImageRecord; readonly cells: readonly string[] }[];
}

/** The table of all images as plain text, the same on every face; columns without anything in them are left out. */
export function tableOf(images: readonly ImageRecord[]): ImageTable {
  const rows = images.map((image) => ({ image, cells: cellsOf(image) }));
  const kept = COLUMNS.map((_, column) => column === 0 || rows.some(({ cells }) => cells[column] !== NOTHING));
  const keep = (cells: readonly string[]): string[] => cells.filter((_, column) => kept[column] === true);
  return { columns: keep(COLUMNS), rows: rows.map(({ image, cells }) => ({ image, cells: keep(cells) })) };
}

function cellsOf(image: ImageRecord): string[] {
  const { sizes, budget, timings, build, digests } = image;
  const limit = budget?.unpacked ?? budget?.download;
  return [
    image.name,
    sizes === undefined ? NOTHING : `${formatSize(sizes.download)} / ${formatSize(sizes.unpacked)}`,
    deltaOf(image) ?? NOTHING,
    limit === undefined ? NOTHING : formatSize(limit),
    readyCell(image),
    timings?.stop === undefined ? NOTHING : formatDuration(timings.stop),
    image.user === undefined ? NOTHING : image.user === '' ? 'root' : image.user,
    gpuCell(image),
    build === undefined || image.status !== 'built' ? NOTHING : formatDuration(build.elapsed),
    build === undefined || build.steps === 0 ? NOTHING : `${String(build.cached)}/${String(build.steps)}`,
    digests === undefined ? NOTHING : shortDigest(digests.index ?? digests.manifest),
  ];
}

/** The last attempt's most-used phase, or what became of it. */
function gpuCell({ gpu }: ImageRecord): string {
  const last = gpu?.attempts.at(-1);
  if (last === undefined) return NOTHING;
  if (last.verdict !== 'passed') return last.verdict === 'infra' ? 'machine at fault' : last.verdict;
  const uses = last.phases.flatMap(({ samples }) => (samples === undefined ? [] : (describeUse(samples) ?? [])));
  // A number that no GPU made is not to be taken for one.
  return last.standIn ? `stand-in: ${uses.at(-1) ?? 'passed'}` : (uses.at(-1) ?? 'passed');
}

function readyCell({ kind, timings }: ImageRecord): string {
  if (timings?.healthy !== undefined) return formatDuration(timings.healthy);
  if (timings?.firstSuccess !== undefined) return formatDuration(timings.firstSuccess);
  return kind === 'job' ? 'job' : NOTHING;
}
