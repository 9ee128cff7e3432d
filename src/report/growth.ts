import type { ImageRecord } from '../model/record.ts';
import { formatPlace } from '../model/place.ts';
import { formatSize } from '../model/size.ts';
import { shownInstruction } from './instruction.ts';

/** How an image differs from what the base branch published last: `+12.0 MB (+2.7 %)`; undefined where that is not known. */
export function deltaOf(image: ImageRecord): string | undefined {
  const { before, now } = comparedSizes(image);
  return now === undefined ? undefined : changeOf(before, now);
}

/** Whether it is larger than what the base branch published last. */
export function hasGrown(image: ImageRecord): boolean {
  const { before, now } = comparedSizes(image);
  return before !== undefined && now !== undefined && now > before;
}

/** Unpacked bytes where both are known, else those to download. */
export function comparedSizes({ sizes, baseline }: ImageRecord): {
  before: number | undefined;
  now: number | undefined;
} {
  return baseline?.unpacked === undefined
    ? { before: baseline?.download, now: sizes?.download }
    : { before: baseline.unpacked, now: sizes?.unpacked };
}

/** `+12.0 MB (+2.7 %)`; undefined where nothing is known of before. */
export function changeOf(before: number | undefined, now: number): string | undefined {
  if (before === undefined) return undefined;
  const grown = now - before;
  if (grown === 0) return '±0 B';
  const share = before === 0 ? '' : ` (${signed((100 * grown) / before)} %)`;
  return `${grown > 0 ? '+' : ''}${formatSize(grown)}${share}`;
}

function signed(percent: number): string {
  const text = percent.toFixed(1);
  return percent > 0 ? `+${text}` : text;
}

export interface Heavy {
  readonly layer: number;
  readonly bytes: number;
  /** `RUN pip install …`, or empty where the history says nothing. */
  readonly instruction: string;
  /** `Dockerfile:12`, where it is known. */
  readonly place?: string;
  /** Heaviest paths in it, `/opt/venv 330 MB`. */
  readonly paths: readonly string[];
}

/** The layers that make an image as heavy as it is: those the baseline does not have, else its own ones; heaviest first. */
export function heaviestLayers(image: ImageRecord, count = 3): Heavy[] {
  const layers = image.sizes?.layers ?? [];
  const known = knownLayers(image);
  return layers
    .map((layer, index) => ({ layer, index }))
    .filter(({ layer }) => (known.size === 0 ? !layer.base : !known.has(layer.diffId) && !known.has(layer.digest)))
    .filter(({ layer }) => layer.unpacked > 100_000)
    .toSorted((one, other) => other.layer.unpacked - one.layer.unpacked)
    .slice(0, count)
    .map(({ layer, index }) => ({
      layer: index,
      bytes: layer.unpacked,
      instruction: shownInstruction(layer.instruction),
      ...(layer.place === undefined ? {} : { place: formatPlace(layer.place) }),
      paths: heaviestPaths(image, index),
    }));
}

/** Digests and diff ids that the base branch's image has already. */
export function knownLayers({ baseline }: ImageRecord): ReadonlySet<string> {
  const ids = (baseline?.layers ?? []).flatMap(({ diffId, digest }) => [diffId, digest]);
  return new Set(ids.filter((id) => id !== undefined));
}

/** Three paths of a layer that say most: the deepest that still hold half of what their folder does. */
function heaviestPaths(image: ImageRecord, layer: number): string[] {
  const paths = (image.paths ?? []).filter((path) => path.layer === layer);
  const telling = paths.filter(
    ({ path, bytes }) => !paths.some((below) => below.path.startsWith(`${path}/`) && below.bytes >= bytes / 2),
  );
  const sorted = telling.toSorted((one, other) => other.bytes - one.bytes);
  const apart = sorted.filter(({ path }) => !sorted.some((other) => path.startsWith(`${other.path}/`)));
  return apart.slice(0, 3).map(({ path, bytes }) => `${path} ${formatSize(bytes)}`);
}

/** Bytes that came with the base image and bytes of its own, unpacked. */
export function splitBase(image: ImageRecord): { readonly base: number; readonly own: number } {
  const layers = image.sizes?.layers ?? [];
  const base = layers.filter((layer) => layer.base).reduce((sum, layer) => sum + layer.unpacked, 0);
  return { base, own: layers.reduce((sum, layer) => sum + layer.unpacked, 0) - base };
}
