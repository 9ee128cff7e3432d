import type { FileEntry, FileFacts } from '../model/file-facts.ts';
import type { LayerDescriptor } from '../model/image.ts';
import type { LayerFacts } from './layer-facts.ts';
import { indexListing, type ListingLookup } from './layer-listing.ts';
import { findNode, locatePath, resolvePath, type ViewNode } from './view.ts';

type ReadLayer = Pick<LayerFacts, 'listing' | 'entries' | 'kept' | 'gpuCode'>;

type Describe = (path: string, node: ViewNode) => FileEntry;

/** Names up to which entries are made once and kept, about 200 bytes each: rules go over them many times. Beyond it they are made anew each time. */
const KEPT_ENTRIES = 2 ** 18;

/** The merged view as rules see it; entries are made when they are first asked for. */
export function describeFiles(
  root: ViewNode,
  layers: readonly ReadLayer[],
  descriptors: readonly Pick<LayerDescriptor, 'base'>[],
  limit = KEPT_ENTRIES,
): FileFacts {
  const describe = describeNodes(layers, descriptors);
  const walk = keepWalk(root, limit);
  let entries: readonly FileEntry[] | undefined;
  let texts: ReadonlyMap<string, Buffer> | undefined;
  let gpuCode: FileFacts['gpuCode'] | undefined;
  return {
    entries: () => {
      const steps = walk();
      if (!Array.isArray(steps)) return describeAll(steps, describe);
      return (entries ??= [...describeAll(steps, describe)]);
    },
    find: (path) => {
      const node = path === '' ? undefined : findNode(root, path);
      return node === undefined ? undefined : describe(path, node);
    },
    resolve: (path) => {
      const located = locatePath(root, path);
      return located === undefined ? undefined : describe(located.path, located.node);
    },
    children: (path) => sortNames(resolvePath(root, path)),
    get texts() {
      texts ??= collectByPath(
        walk,
        layers.map(({ kept }) => kept),
      );
      return texts;
    },
    get gpuCode() {
      gpuCode ??= collectByPath(
        walk,
        layers.map((layer) => layer.gpuCode),
      );
      return gpuCode;
    },
  };
}

interface Step {
  readonly path: string;
  readonly node: ViewNode;
}
type Walk = () => Iterable<Step>;

/** Walks the tree once and keeps its steps, as long as they are not more than `limit`. */
function keepWalk(root: ViewNode, limit: number): Walk {
  let kept: Step[] | 'too many' | undefined;
  return () => {
    kept ??= takeAll(walkTree(root), limit);
    return kept === 'too many' ? walkTree(root) : kept;
  };
}

function takeAll(steps: Iterable<Step>, limit: number): Step[] | 'too many' {
  const taken: Step[] = [];
  for (const step of steps) {
    if (taken.length >= limit) return 'too many';
    taken.push(step);
  }
  return taken;
}

function* describeAll(steps: Iterable<Step>, describe: Describe): Generator<FileEntry> {
  for (const { path, node } of steps) yield describe(path, node);
}

function describeNodes(layers: readonly ReadLayer[], descriptors: readonly Pick<LayerDescriptor, 'base'>[]): Describe {
  const lookups: (ListingLookup | undefined)[] = [];
  const lookup = ({ layer, index }: ViewNode) => {
    const facts = layers[layer];
    if (facts === undefined || index < 0) return undefined;
    const found = (lookups[layer] ??= indexListing(facts.listing, facts.entries));
    return found(index);
  };
  return (path, node) => {
    const stored = lookup(node);
    return {
      path,
      kind: node.kind,
      // A parent folder that no entry describes: engines make it so.
      mode: stored?.mode ?? 0o755,
      uid: stored?.uid ?? 0,
      gid: stored?.gid ?? 0,
      size: node.body?.size ?? 0,
      link: node.link,
      ...(node.body === undefined ? {} : { body: node.body.index }),
      capability: stored?.capability ?? false,
      layer: node.layer,
      base: descriptors[node.layer]?.base ?? false,
    };
  };
}

/** Depth first with its own stack: a path may be thousands of folders deep. */
function* walkTree(root: ViewNode): Generator<Step> {
  const open = [{ folder: root, prefix: '', names: sortNames(root), next: 0 }];
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const name = top.names[top.next];
    top.next += 1;
    const node = name === undefined ? undefined : top.folder.children?.get(name);
    if (name === undefined || node === undefined) {
      open.pop();
      continue;
    }
    const path = `${top.prefix}${name}`;
    yield { path, node };
    if (node.children !== undefined) {
      open.push({ folder: node, prefix: `${path}/`, names: sortNames(node), next: 0 });
    }
  }
}

function sortNames(node: ViewNode | undefined): readonly string[] {
  // Names are latin1: comparing code units compares bytes.
  return [...(node?.children?.keys() ?? [])].sort();
}

/** What was found in bodies of each layer, by each path that leads to one. */
function collectByPath<T>(walk: Walk, found: readonly ReadonlyMap<number, T>[]): ReadonlyMap<string, T> {
  const byPath = new Map<string, T>();
  if (found.every(({ size }) => size === 0)) return byPath;
  for (const { path, node } of walk()) {
    const value = node.body === undefined ? undefined : found[node.body.layer]?.get(node.body.index);
    if (value !== undefined) byPath.set(path, value);
  }
  return byPath;
}
