import type { FileFacts, LayerSize, SizeFacts, WastedPath, WasteFacts, WasteGroup } from '../model/facts.ts';
import { formatSize } from '../model/size.ts';
import type { Finding } from '../model/verdict.ts';
import { nameLayer } from './budget.ts';
import { findHeaviest, type PathWeight } from './heavy-paths.ts';
import { showPath } from './path-findings.ts';
import { adviseOnLayer } from './size-advice.ts';

export interface BlameFacts {
  readonly sizes: SizeFacts;
  readonly files: FileFacts;
  readonly waste: WasteFacts;
}
/** What one layer adds to a size, in words, and what to do about it. */
export interface Blame {
  readonly message: string;
  readonly remedy: string;
}
interface Choice {
  /** The number the budget is about. */
  readonly bytesOf: (layer: LayerSize, index: number) => number;
  /** Layers that cannot be to blame are left out. */
  readonly among?: (layer: LayerSize, index: number) => boolean;
}

const BLAMED = 3;
/** A layer so many times smaller than the largest is not to blame. */
const SMALLEST = 100;

/** The layers to blame for a size, largest first, each with its heaviest paths: at most three. */
export function blameLayers(facts: BlameFacts, { bytesOf, among = () => true }: Choice): readonly Blame[] {
  const chosen = facts.sizes.layers
    .map((layer, index) => ({ layer, index, bytes: bytesOf(layer, index) }))
    .filter(({ layer, index, bytes }) => bytes > 0 && among(layer, index))
    .toSorted((one, other) => other.bytes - one.bytes)
    .slice(0, BLAMED)
    .filter(({ bytes }, _, [largest]) => largest !== undefined && bytes * SMALLEST >= largest.bytes);
  const heavy = findHeaviest(facts.files, new Set(chosen.map(({ index }) => index)));
  return chosen.map(({ layer, index, bytes }) => {
    const paths = heavy.get(index) ?? [];
    const copied = sumGroups(facts.waste, (group) => group.hiddenBy === index && group.cause === 'metadata-changed');
    const hidden = sumGroups(facts.waste, (group) => group.layer === index);
    const lost = facts.waste.paths.find((path) => path.layer === index);
    const about = `${describePaths(paths)}${describeCopy(copied)}${describeHidden(hidden, layer.unpackedBytes, lost)}`;
    const remedy = adviseOnLayer({ layer, paths, copied, hidden, bytes: layer.unpackedBytes });
    return { message: `${formatSize(bytes)} in ${nameLayer(layer, index)}${about}`, remedy };
  });
}

/** A finding that states the numbers and the first layer to blame, and one for each further layer. */
export function explainSize(
  common: Omit<Finding, 'message' | 'remedy'>,
  total: string,
  blames: readonly Blame[],
  otherwise: string,
): [Finding, ...Finding[]] {
  const [first, ...others] = blames;
  if (first === undefined) return [{ ...common, message: total, remedy: otherwise }];
  return [
    { ...common, message: `${total}; most: ${first.message}`, remedy: first.remedy },
    ...others.map(({ message, remedy }) => ({ ...common, message: `then ${message}`, remedy })),
  ];
}

function describePaths(paths: readonly PathWeight[]): string {
  if (paths.length === 0) return '';
  return `: ${paths.map(({ path, bytes }) => `${showPath(path)} ${formatSize(bytes)}`).join(', ')}`;
}

function sumGroups({ groups }: WasteFacts, wanted: (group: WasteGroup) => boolean): number {
  return groups.filter(wanted).reduce((sum, { bytes }) => sum + bytes, 0);
}

function describeCopy(copied: number): string {
  if (copied === 0) return '';
  return `; ${formatSize(copied)} of it only change owner, mode or time of files that an earlier layer holds`;
}

/** Worth a word from a twentieth of the layer on. */
function describeHidden(hidden: number, bytes: number, largest: WastedPath | undefined): string {
  if (hidden === 0 || hidden * 20 < bytes) return '';
  const example = largest === undefined ? '' : `, such as ${largest.path}`;
  return `; ${formatSize(hidden)} of it are deleted or replaced by later layers${example}`;
}
