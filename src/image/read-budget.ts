import { Fault } from '../model/fault.ts';
import { formatSize } from '../model/size.ts';

/** What looking at one image may cost: a few kilobytes can unpack to terabytes, or to millions of folders. */
export interface ReadLimits {
  /** Bytes that all layers may unpack to, or `expansion` times their compressed bytes where that is more. */
  readonly unpacked: number;
  readonly expansion: number;
  /** Bytes of the listings of all layers. */
  readonly listings: number;
  /** Bytes of the bodies kept of all layers (kept-files.ts). */
  readonly kept: number;
  /** Bytes of memory, roughly, that the merged view may take. */
  readonly view: number;
}

/** Several times what the largest images hold that anyone builds; docs/decisions/0101 has the figures. */
export const READ_LIMITS: ReadLimits = {
  unpacked: 10 * 2 ** 30,
  expansion: 64,
  listings: 2 ** 28,
  kept: 2 ** 28,
  view: 2 ** 30,
};

/** Counts bytes while one layer passes; throws a Fault once they are too many. */
export interface LayerBudget {
  readonly unpack: (bytes: number) => void;
  readonly list: (bytes: number) => void;
}
/** Counts what one image costs; throws a Fault once it is too much. */
export interface ImageBudget {
  /** For one layer of it, from zero. */
  layer(): LayerBudget;
  /** Counts a layer that was read, now or for another image; throws at once where an earlier one was too much. */
  take(layer: { readonly unpackedBytes: number; readonly listing: Buffer }): void;
  /** Whether so many bytes of kept bodies still fit. */
  keep(bytes: number): boolean;
  readonly view: (bytes: number) => void;
  /** Throws what was thrown before, so that nothing more is begun. */
  check(): void;
}

/** A budget for an image whose layers have that many compressed bytes together. */
export function makeImageBudget(compressed: number, limits: ReadLimits = READ_LIMITS): ImageBudget {
  let broken: Fault | undefined;
  let kept = 0;
  const refuse = (message: string): Fault => {
    broken ??= new Fault(message, { remedy: 'Make the image smaller: it is looked at no further.' });
    return broken;
  };
  const layer = (): LayerBudget => countLayer(compressed, limits, refuse);
  const whole = layer();
  const view = makeCounter(limits.view, () =>
    refuse('the image has more files and folders, or longer links, than can be looked at'),
  );
  return {
    layer,
    take: ({ unpackedBytes, listing }) => {
      whole.unpack(unpackedBytes);
      whole.list(listing.length);
    },
    keep: (bytes) => {
      if (kept + bytes > limits.kept) return false;
      kept += bytes;
      return true;
    },
    view,
    check: () => {
      if (broken !== undefined) throw broken;
    },
  };
}

function countLayer(compressed: number, limits: ReadLimits, refuse: (message: string) => Fault): LayerBudget {
  const most = Math.max(limits.unpacked, limits.expansion * compressed);
  const unpacks = `the layers unpack to more than ${formatSize(most)}, out of ${formatSize(compressed)}`;
  const lists = `the names and links in the layers take more than ${formatSize(limits.listings)}`;
  return {
    unpack: makeCounter(most, () => refuse(`${unpacks}: more than any image needs`)),
    list: makeCounter(limits.listings, () => refuse(lists)),
  };
}

function makeCounter(limit: number, refuse: () => Fault): (bytes: number) => void {
  let count = 0;
  return (bytes) => {
    count += bytes;
    if (count > limit) throw refuse();
  };
}
