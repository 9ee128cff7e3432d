import type { WastedPath, WasteFacts, WasteGroup } from '../model/facts.ts';
import type { LayerDescriptor } from '../model/image.ts';
import { formatSize } from '../model/size.ts';
import { nameLayer, readableInstruction } from './budget.ts';

/** What one layer did to the bytes of earlier ones. */
export interface WasteCulprit {
  readonly message: string;
  readonly remedy: string;
}

/** Who did so many times less than the first is not to blame. */
const SMALLEST = 100;

type Cause = WastedPath['cause'];
interface Deed {
  readonly cause: Cause;
  readonly hiddenBy: number;
  readonly bytes: number;
  readonly files: number;
  /** The layer that lost most. */
  readonly layer: number;
  /** Largest first; only the image's largest are known by name. */
  readonly paths: readonly WastedPath[];
}

/** The instructions that hid most bytes, largest first. */
export function nameCulprits(
  waste: WasteFacts,
  layers: readonly LayerDescriptor[],
  count = 3,
): readonly WasteCulprit[] {
  return collectDeeds(waste)
    .slice(0, count)
    .filter(({ bytes }, _, [most]) => most !== undefined && bytes * SMALLEST >= most.bytes)
    .map((deed) => ({ message: describeDeed(deed, layers), remedy: remedyFor(deed, layers) }));
}

function collectDeeds({ groups, paths }: WasteFacts): readonly Deed[] {
  const deeds = new Map<string, WasteGroup[]>();
  for (const group of groups) {
    const key = `${String(group.hiddenBy)} ${group.cause}`;
    deeds.set(key, [...(deeds.get(key) ?? []), group]);
  }
  return [...deeds.values()]
    .flatMap((members): Deed[] => {
      const [most] = members.toSorted((a, b) => b.bytes - a.bytes);
      if (most === undefined) return [];
      const { cause, hiddenBy, layer } = most;
      const bytes = members.reduce((sum, group) => sum + group.bytes, 0);
      const files = members.reduce((sum, group) => sum + group.files, 0);
      const named = paths.filter((path) => path.hiddenBy === hiddenBy && path.cause === cause);
      return [{ cause, hiddenBy, layer, bytes, files, paths: named.toSorted((a, b) => b.bytes - a.bytes) }];
    })
    .toSorted((a, b) => b.bytes - a.bytes);
}

const VERBS: Readonly<Record<Cause, string>> = {
  'metadata-changed': 'copied',
  overwritten: 'replaced',
  deleted: 'deleted',
};

function describeDeed(deed: Deed, layers: readonly LayerDescriptor[]): string {
  const who = nameLayer(layers[deed.hiddenBy], deed.hiddenBy);
  const where = nameLayer(layers[deed.layer], deed.layer);
  const why = deed.cause === 'metadata-changed' ? ' to change nothing but owner, mode or time' : '';
  const paths = deed.paths.slice(0, 3).map((path) => `${path.path} ${formatSize(path.bytes)}`);
  const rest = deed.files - paths.length;
  const more = rest > 0 ? [`and ${String(rest)} more`] : [];
  return `${who} ${VERBS[deed.cause]} ${formatSize(deed.bytes)} of ${where}${why}: ${[...paths, ...more].join(', ')}`;
}

function remedyFor(deed: Deed, layers: readonly LayerDescriptor[]): string {
  const instruction = readableInstruction(layers[deed.hiddenBy]?.instruction);
  if (layers[deed.hiddenBy]?.base === true) return 'The base image wastes this itself: choose another one.';
  if (deed.cause === 'deleted') {
    return 'Delete in the same RUN that creates the files, or do not copy them: an earlier layer keeps what a later one removes.';
  }
  if (deed.cause === 'overwritten')
    return 'Write the files once: put their last content into the layer that adds them.';
  if (/\bchmod\b/.test(instruction) && !/\bchown\b/.test(instruction)) return 'Use COPY --chmod instead of RUN chmod.';
  if (/\bchown\b/.test(instruction)) return 'Use COPY --chown instead of RUN chown.';
  return 'Set owner and mode in the instruction that adds the files (COPY --chown, --chmod).';
}
