import type { FileEntry, FileFacts } from '../model/file-facts.ts';
import type { LayerDescriptor } from '../model/image.ts';
import type { LayerFacts } from './layer-facts.ts';
import { indexListing, type ListingLookup } from './layer-listing.ts';
import { type Body, findNode, locatePath, resolvePath, type ViewNode } from './view.ts';

type ReadLayer = Pick<LayerFacts, 'listing' | 'entries' | 'kept' | 'gpuCode'>;

type Describe = (path: string, node: ViewNode) => FileEntry;

/** The merged view as rules see it: nothing is copied, entries are made when they are asked for. */
export function describeFiles(
  root: ViewNode,
  layers: readonly ReadLayer[],
  descriptors: readonly Pick<LayerDescriptor, 'base'>[],
): FileFacts {
  const describe = describeNodes(layers, descriptors);
  let texts: ReadonlyMap<string, Buffer> | undefined;
  let gpuCode: FileFacts['gpuCode'] | undefined;
  return {
    *entries() {
      for (const { path, node } of walkTree(root)) yield describe(path, node);
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
      texts ??= collectByPath(root, ({ layer, index }) => layers[layer]?.kept.get(index));
      return texts;
    },
    get gpuCode() {
      gpuCode ??= collectByPath(root, ({ layer, index }) => layers[layer]?.gpuCode.get(index));
      return gpuCode;
    },
  };
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
function* walkTree(root: ViewNode): Generator<{ readonly path: string; readonly node: ViewNode }> {
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

/** What was found in bodies, by each path that leads to one. */
function collectByPath<T>(root: ViewNode, look: (body: Body) => T | undefined): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const { path, node } of walkTree(root)) {
    const value = node.body === undefined ? undefined : look(node.body);
    if (value !== undefined) found.set(path, value);
  }
  return found;
}
