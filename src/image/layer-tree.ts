import { DamagedContent } from './damage.ts';
import { readListing, type LayerEntry } from './layer-listing.ts';
import { createFolder, findNode, SYMLINK_LIMIT, type Body, type ViewNode } from './view.ts';

/** One layer as a tree of its own, with what it takes away from the layers below. */
export interface LayerTree {
  readonly root: ViewNode;
  /** Paths hidden in the layers below; folders emptied there. */
  readonly whiteouts: readonly string[];
  readonly opaque: readonly string[];
  readonly bodyBytes: number;
}

/** Told the bytes of memory, roughly, that the tree takes; work that takes none is counted as if it did. */
export type Spend = (bytes: number) => void;
/** Memory of a name with its node; of a folder with what is measured of it; of one step along a path. */
const [NODE, FOLDER, STEP] = [150, 800, 8];

/** Called with each node that a later entry of the same layer replaces. */
export type Replace = (path: string, old: ViewNode, replacement: ViewNode) => void;

/**
 * Builds a layer's own tree as engines unpack it: into an empty folder, parents made where no entry describes them, parents that are
 * symlinks of the same layer followed, the last entry of a name winning. Hard links may name a file of the layers `below`.
 * DamagedContent for what engines refuse: a parent that is a file, a hard link to nothing.
 */
export function buildLayerTree(
  listing: Buffer,
  layer: number,
  below: ViewNode,
  { replace, spend }: { readonly replace: Replace; readonly spend: Spend },
): LayerTree {
  const root = createFolder(layer);
  const whiteouts: string[] = [];
  const opaque: string[] = [];
  let bodyBytes = 0;
  let index = 0;
  const parents = createParents(root, layer, spend);
  for (const entry of readListing(listing)) {
    spend(NODE + entry.path.length + (entry.kind === 'directory' ? FOLDER : 0));
    if (entry.kind === 'opaque') {
      parents.find(`${entry.path}/.`);
      opaque.push(entry.path);
    } else {
      const slash = entry.path.lastIndexOf('/');
      const parent = parents.find(entry.path);
      const name = ownText(entry.path.slice(slash + 1));
      if (entry.kind === 'whiteout') whiteouts.push(entry.path);
      else {
        if (entry.kind === 'file') bodyBytes += entry.size;
        if (place(parent, name, createNode(entry, layer, index, { root, below }), entry.path, replace))
          parents.forget();
      }
    }
    index += 1;
  }
  return { root, whiteouts, opaque, bodyBytes };
}

/** Puts a node at a name; true when folders went away by it. */
function place(parent: ViewNode, name: string, node: ViewNode, path: string, replace: Replace): boolean {
  const old = parent.children?.get(name);
  if (old === node) return false;
  if (old?.kind === 'directory' && node.kind === 'directory') {
    old.layer = node.layer;
    old.index = node.index;
    return false;
  }
  parent.children?.set(name, node);
  if (old === undefined) return false;
  replace(path, old, node);
  return old.kind === 'directory' || old.kind === 'symlink';
}

function createNode(
  entry: LayerEntry,
  layer: number,
  index: number,
  trees: { readonly root: ViewNode; readonly below: ViewNode },
): ViewNode {
  switch (entry.kind) {
    case 'directory':
      return createFolder(layer, index);
    case 'hardlink':
      return linkTo(entry, trees);
    case 'file': {
      const body: Body = { layer, index, size: entry.size, checksum: entry.checksum, names: 1 };
      return { kind: 'file', layer, index, link: '', body, children: undefined };
    }
    case 'whiteout':
    case 'opaque':
      throw new TypeError('whiteouts are no nodes');
    case 'symlink':
    case 'character':
    case 'block':
    case 'fifo':
      return { kind: entry.kind, layer, index, link: entry.link, body: undefined, children: undefined };
  }
}

function linkTo(entry: LayerEntry, trees: { readonly root: ViewNode; readonly below: ViewNode }): ViewNode {
  const own = findNode(trees.root, entry.link);
  const target = own ?? findNode(trees.below, entry.link);
  if (target === undefined || target.kind === 'directory') {
    throw new DamagedContent(
      `hard link ${JSON.stringify(entry.path)} names ${JSON.stringify(entry.link)}, which is no file`,
    );
  }
  if (target === own && entry.link === entry.path) return target;
  if (target.body !== undefined) target.body.names += 1;
  return { ...target };
}

/** Finds the folder an entry goes into; neighbours share it, so the last one is remembered. */
function createParents(root: ViewNode, layer: number, spend: Spend): { find(path: string): ViewNode; forget(): void } {
  let lastPath = '';
  let last = root;
  return {
    find: (path) => {
      const slash = path.lastIndexOf('/');
      const folder = slash < 0 ? '' : path.slice(0, slash);
      if (folder === lastPath) return last;
      last = makeFolder(root, folder, layer, spend);
      lastPath = folder;
      return last;
    },
    forget: () => {
      lastPath = '';
      last = root;
    },
  };
}

function makeFolder(root: ViewNode, folder: string, layer: number, spend: Spend): ViewNode {
  const ahead = folder.split('/').reverse();
  const trail: ViewNode[] = [root];
  let followed = 0;
  for (let part = ahead.pop(); part !== undefined; part = ahead.pop()) {
    spend(STEP);
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (trail.length > 1) trail.pop();
      continue;
    }
    const children = trail.at(-1)?.children;
    let node = children?.get(part);
    if (node === undefined) {
      spend(FOLDER);
      node = createFolder(layer);
      children?.set(ownText(part), node);
    }
    if (node.kind === 'symlink') {
      followed += 1;
      if (followed > SYMLINK_LIMIT) throw new DamagedContent(`folder ${JSON.stringify(folder)} is a loop of symlinks`);
      if (node.link.startsWith('/')) trail.length = 1;
      ahead.push(...node.link.split('/').reverse());
    } else if (node.kind === 'directory') trail.push(node);
    else throw new DamagedContent(`folder ${JSON.stringify(folder)} goes through a file`);
  }
  return trail.at(-1) ?? root;
}

/** A copy: a piece of a text keeps the whole text in memory, and many names come out of long paths. */
function ownText(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, 'latin1').toString('latin1');
}
