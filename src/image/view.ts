import type { EntryKind } from './layer-listing.ts';

/** One body of a regular file in one layer: the inode that hard links share. */
export interface Body {
  readonly layer: number;
  /** Position of its entry in that layer's listing. */
  readonly index: number;
  readonly size: number;
  readonly checksum: number;
  /** Names in the view that lead to it. */
  names: number;
}

/** One name in the merged file system, or in one layer before it is laid over the others. */
export interface ViewNode {
  readonly kind: Exclude<EntryKind, 'hardlink' | 'whiteout' | 'opaque'>;
  /** Layer and entry that gave it its owner and mode; index -1: a parent folder that no entry describes. */
  layer: number;
  index: number;
  /** Target of a symlink as written. */
  readonly link: string;
  readonly body: Body | undefined;
  readonly children: Map<string, ViewNode> | undefined;
}

/** A folder that nothing describes yet. */
export function createFolder(layer: number, index = -1): ViewNode {
  return { kind: 'directory', layer, index, link: '', body: undefined, children: new Map() };
}

/** As many symlinks as Linux follows in one path (path_resolution(7)). */
export const SYMLINK_LIMIT = 40;

/** Parts of one path that are looked at, those of the links on its way included: no program's path has more. */
const STEP_LIMIT = 4096;

/** A node with the path that leads to it without a symlink. */
export interface LocatedNode {
  readonly node: ViewNode;
  readonly path: string;
}

/** The node a path leads to, symlinks followed inside the image's root only (`..` stops there); undefined when it leads nowhere. */
export function resolvePath(root: ViewNode, path: string): ViewNode | undefined {
  return locatePath(root, path)?.node;
}

/** Like resolvePath, with the real path of what was found. */
export function locatePath(root: ViewNode, path: string): LocatedNode | undefined {
  const ahead = path.split('/').reverse();
  const trail: ViewNode[] = [root];
  const names: string[] = [];
  let followed = 0;
  let steps = 0;
  for (let part = ahead.pop(); part !== undefined; part = ahead.pop()) {
    steps += 1;
    if (steps > STEP_LIMIT) return undefined;
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (trail.length > 1) trail.pop();
      names.pop();
      continue;
    }
    const node = trail.at(-1)?.children?.get(part);
    if (node === undefined) return undefined;
    if (node.kind !== 'symlink') {
      trail.push(node);
      names.push(part);
      continue;
    }
    followed += 1;
    if (followed > SYMLINK_LIMIT) return undefined;
    if (node.link.startsWith('/')) trail.length = 1;
    if (node.link.startsWith('/')) names.length = 0;
    ahead.push(...node.link.split('/').reverse());
  }
  return { node: trail.at(-1) ?? root, path: names.join('/') };
}

/** The node exactly at a normalised path, no symlink followed. */
export function findNode(root: ViewNode, path: string): ViewNode | undefined {
  let node: ViewNode | undefined = root;
  if (path === '') return node;
  for (const part of path.split('/')) {
    node = node.children?.get(part);
    if (node === undefined) return undefined;
  }
  return node;
}
