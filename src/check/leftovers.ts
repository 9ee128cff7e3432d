import type { FileFacts, WasteFacts } from '../model/facts.ts';
import type { ImageDescription } from '../model/image.ts';
import { formatSize } from '../model/size.ts';
import type { Finding, Judgement } from '../model/verdict.ts';
import { nameLayer } from './budget.ts';
import { failWithFew, showPath, storedPath } from './path-findings.ts';

/** Files that a tool leaves behind and nobody needs at run time. */
export interface Leftover {
  /** In words: `apt’s package lists`. */
  readonly what: string;
  /** By latin1 path without leading slash. */
  readonly matches: (path: string) => boolean;
  readonly remedy: string;
  /** Bytes that are tolerated. */
  readonly allow?: number;
}
interface Facts {
  readonly files: FileFacts;
  readonly waste: WasteFacts;
  readonly image: ImageDescription;
}
interface Pile {
  bytes: number;
  count: number;
  largest: string;
  largestBytes: number;
}

/** Judges what a tool left in the image's own layers: what is seen, and what a later layer hides but everybody still downloads. */
export function judgeLeftovers({ files, waste, image }: Facts, leftover: Leftover): Judgement {
  const seen = new Map<number, Pile>();
  for (const { path, kind, base, size, layer } of files.entries()) {
    if (kind === 'file' && !base && size > 0 && leftover.matches(path)) pileUp(seen, layer, showPath(path), size);
  }
  const hidden = new Map<number, Pile>();
  for (const { path, bytes, layer } of waste.paths) {
    if (image.layers[layer]?.base !== true && leftover.matches(storedPath(path))) pileUp(hidden, layer, path, bytes);
  }
  const total = sumOf(seen) + sumOf(hidden);
  if (total <= (leftover.allow ?? 0)) return { status: 'passed', seen: total === 0 ? 'none' : formatSize(total) };
  const findings = [
    ...[...seen].map(([layer, pile]) => describe(pile, layer, image, leftover, '')),
    ...[...hidden].map(([layer, pile]) =>
      describe(pile, layer, image, leftover, ', deleted later and still downloaded by everybody'),
    ),
  ];
  return failWithFew(findings, 'none');
}

function pileUp(piles: Map<number, Pile>, layer: number, path: string, bytes: number): void {
  const pile = piles.get(layer) ?? { bytes: 0, count: 0, largest: '', largestBytes: -1 };
  pile.bytes += bytes;
  pile.count += 1;
  if (bytes > pile.largestBytes) Object.assign(pile, { largest: path, largestBytes: bytes });
  piles.set(layer, pile);
}

function sumOf(piles: ReadonlyMap<number, Pile>): number {
  return [...piles.values()].reduce((sum, { bytes }) => sum + bytes, 0);
}

function describe(pile: Pile, layer: number, image: ImageDescription, leftover: Leftover, after: string): Finding {
  const others = pile.count > 1 ? ` and ${String(pile.count - 1)} more` : '';
  return {
    message: `${formatSize(pile.bytes)} of ${leftover.what} in ${nameLayer(image.layers[layer], layer)}${after}: ${pile.largest}${others}`,
    seen: formatSize(pile.bytes),
    allowed: leftover.allow === undefined ? 'none' : formatSize(leftover.allow),
    place: { file: pile.largest, inImage: true },
    remedy: leftover.remedy,
  };
}
