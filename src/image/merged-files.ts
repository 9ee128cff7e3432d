import type { FileEntry, FileFacts } from '../model/file-facts.ts';
import type { LayerDescriptor } from '../model/image.ts';
import type { LayerFacts } from './layer-facts.ts';
import { indexListing, type ListingLookup } from './layer-listing.ts';
import { findNode, locatePath, resolvePath, type ViewNode } from './view.ts';

type ReadLayer = Pick<LayerFacts, 'listing' | 'entries' | 'kept'>;

type Describe = (path: string, node: ViewNode) => FileEntry;

/** The merged view as rules see it: nothing is copied, entries are made when they are asked for. */
export function describeFiles(
  root: ViewNode,
  layers: readonly ReadLayer[],
  descriptors: readonly Pick<LayerDescriptor, 'base'>[],
): FileFacts {
  const describe = describeNodes(layers, descriptors);
  let texts: ReadonlyMap<string, Buffer> | undefined;
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
      texts ??= collectTexts(root, layers);
      return texts;
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

function collectTexts(root: ViewNode, layers: readonly ReadLayer[]): ReadonlyMap<string, Buffer> {
  const texts = new Map<string, Buffer>();
  for (const { path, node } of walkTree(root)) {
    const text = node.body === undefined ? undefined : layers[node.body.layer]?.kept.get(node.body.index);
    if (text !== undefined) texts.set(path, text);
  }
  return texts;
}
