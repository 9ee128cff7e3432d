import type { WastedPath, WasteFacts } from '../model/facts.ts';
import type { LayerDescriptor } from '../model/image.ts';
import { formatSize } from '../model/size.ts';
import { nameLayer, readableInstruction } from './budget.ts';

/** What one layer did to the bytes of earlier ones. */
export interface WasteCulprit {
  readonly message: string;
  readonly remedy: string;
}

type Cause = WastedPath['cause'];
interface Group {
  readonly cause: Cause;
  readonly hiddenBy: number;
  readonly bytes: number;
  /** Largest first. */
  readonly paths: readonly WastedPath[];
}

/** The instructions that hid most bytes, largest first; bytes are lower bounds because the facts list the largest paths only. */
export function nameCulprits(
  waste: WasteFacts,
  layers: readonly LayerDescriptor[],
  count = 3,
): readonly WasteCulprit[] {
  return groupPaths(waste.paths)
    .slice(0, count)
    .map((group) => ({ message: describeGroup(group, layers), remedy: remedyFor(group, layers) }));
}

function groupPaths(paths: readonly WastedPath[]): readonly Group[] {
  const groups = new Map<string, WastedPath[]>();
  for (const path of paths) {
    const key = `${String(path.hiddenBy)} ${path.cause}`;
    groups.set(key, [...(groups.get(key) ?? []), path]);
  }
  return [...groups.values()]
    .flatMap((members): Group[] => {
      const sorted = members.toSorted((a, b) => b.bytes - a.bytes);
      const first = sorted[0];
      if (first === undefined) return [];
      const bytes = sorted.reduce((sum, path) => sum + path.bytes, 0);
      return [{ cause: first.cause, hiddenBy: first.hiddenBy, bytes, paths: sorted }];
    })
    .toSorted((a, b) => b.bytes - a.bytes);
}

const VERBS: Readonly<Record<Cause, string>> = {
  'metadata-changed': 'copied',
  overwritten: 'replaced',
  deleted: 'deleted',
};

function describeGroup(group: Group, layers: readonly LayerDescriptor[]): string {
  const who = nameLayer(layers[group.hiddenBy], group.hiddenBy);
  const largest = group.paths[0];
  const where = largest === undefined ? '' : ` of ${nameLayer(layers[largest.layer], largest.layer)}`;
  const why = group.cause === 'metadata-changed' ? ' to change nothing but owner, mode or time' : '';
  const paths = group.paths.slice(0, 3).map((path) => `${path.path} ${formatSize(path.bytes)}`);
  const more = group.paths.length > 3 ? `, and ${String(group.paths.length - 3)} more` : '';
  return `${who} ${VERBS[group.cause]} ${formatSize(group.bytes)}${where}${why}: ${paths.join(', ')}${more}`;
}

function remedyFor(group: Group, layers: readonly LayerDescriptor[]): string {
  const instruction = readableInstruction(layers[group.hiddenBy]?.instruction);
  if (layers[group.hiddenBy]?.base === true) return 'The base image wastes this itself: choose another one.';
  if (group.cause === 'deleted') {
    return 'Delete in the same RUN that creates the files, or do not copy them: an earlier layer keeps what a later one removes.';
  }
  if (group.cause === 'overwritten')
    return 'Write the files once: put their last content into the layer that adds them.';
  if (/\bchmod\b/.test(instruction) && !/\bchown\b/.test(instruction)) return 'Use COPY --chmod instead of RUN chmod.';
  if (/\bchown\b/.test(instruction)) return 'Use COPY --chown instead of RUN chown.';
  return 'Set owner and mode in the instruction that adds the files (COPY --chown, --chmod).';
}
