import type { ImageConfig } from '../model/config.ts';
import type { LayerDescriptor } from '../model/image.ts';
import type { Place } from '../model/place.ts';
import { formatSize } from '../model/size.ts';

/** Where a size budget stands: its own key, or `size: 500MB` as a whole. */
export function placeOfBudget(image: ImageConfig, key: string): { readonly place?: Place } {
  const place = image.places[key] ?? image.places['size'];
  return place === undefined ? {} : { place };
}

/** Both sizes in words that differ: exact bytes when rounding would make a failed budget look met. */
export function formatAgainst(seen: number, allowed: number): { readonly seen: string; readonly allowed: string } {
  const words = { seen: formatSize(seen), allowed: formatSize(allowed) };
  if (words.seen !== words.allowed) return words;
  return { seen: `${String(seen)} B`, allowed: `${String(allowed)} B` };
}

const LONGEST_INSTRUCTION = 80;

/** "layer 3 `RUN pip install …`", counted from 1, with the line of the Dockerfile shortened to one row. */
export function nameLayer(layer: LayerDescriptor | undefined, index: number): string {
  const number = `layer ${String(index + 1)}`;
  const base = layer?.base === true ? ' of the base image' : '';
  const instruction = readableInstruction(layer?.instruction);
  return instruction === '' ? `${number}${base}` : `${number}${base} \`${instruction}\``;
}

/** A history line as its author wrote it: BuildKit's and the classic builder's wrapping removed. */
export function readableInstruction(instruction: string | undefined): string {
  const text = (instruction ?? '')
    .replace(/\s+# buildkit$/, '')
    .replace(/^\/bin\/sh -c #\(nop\)\s+/, '')
    .replace(/^(?:RUN )?(?:\|\d+ .*?)?\/bin\/sh -c /, 'RUN ')
    .replaceAll('`', "'")
    .replace(/\s+/g, ' ')
    .trim();
  return text.length <= LONGEST_INSTRUCTION ? text : `${text.slice(0, LONGEST_INSTRUCTION - 1)}…`;
}
