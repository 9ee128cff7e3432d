import type { WastedPath } from '../model/facts.ts';
import { buildLayerTree, type Replace, type Spend } from './layer-tree.ts';
import { createFolder, findNode, type Body, type ViewNode } from './view.ts';

/** A body that no name leads to any more. */
export interface HiddenBody {
  readonly body: Body;
  /** The last name it had. */
  readonly path: string;
  readonly hiddenBy: number;
  readonly cause: WastedPath['cause'];
}

/** The file system a container sees, and what the layers hold beyond it. */
export interface MergedView {
  readonly root: ViewNode;
  readonly hidden: readonly HiddenBody[];
  /** Bytes of regular file bodies in all layers, hard links once. */
  readonly totalBodyBytes: number;
}

type Hide = (path: string, node: ViewNode, by: number, cause: WastedPath['cause']) => void;

/** Lays the layers over each other, bottom first; whiteouts and opaque markers act on the layers below theirs only (OCI image spec "layer"). `spend` is told what it costs, and may throw. */
export function mergeLayers(listings: readonly Buffer[], spend: Spend = () => undefined): MergedView {
  const root = createFolder(0);
  const hidden: HiddenBody[] = [];
  const hide: Hide = (path, node, by, cause) => {
    if (node.body !== undefined) {
      node.body.names -= 1;
      if (node.body.names === 0) hidden.push({ body: node.body, path, hiddenBy: by, cause });
    }
    // What goes down with its folder is deleted, whatever took the folder's place.
    for (const [name, child] of node.children ?? []) hide(`${path}/${name}`, child, by, 'deleted');
  };
  let totalBodyBytes = 0;
  listings.forEach((listing, layer) => {
    const replace: Replace = (path, old, replacement) => {
      hide(path, old, layer, causeOf(old, replacement));
    };
    const upper = buildLayerTree(listing, layer, root, { replace, spend });
    totalBodyBytes += upper.bodyBytes;
    for (const path of upper.whiteouts) removePath(root, path, layer, hide);
    for (const path of upper.opaque) emptyFolder(root, path, layer, hide);
    overlay(root, upper.root, '', layer, hide);
  });
  return { root, hidden, totalBodyBytes };
}

/** Equal size and checksum under the same name: chmod, chown or touch copied the file up. */
function causeOf(old: ViewNode, replacement: ViewNode): WastedPath['cause'] {
  const [one, other] = [old.body, replacement.body];
  const same = one !== undefined && other?.size === one.size && other.checksum === one.checksum;
  return same ? 'metadata-changed' : 'overwritten';
}

function removePath(root: ViewNode, path: string, layer: number, hide: Hide): void {
  const slash = path.lastIndexOf('/');
  const parent = findNode(root, slash < 0 ? '' : path.slice(0, slash));
  const name = path.slice(slash + 1);
  const node = parent?.children?.get(name);
  if (node === undefined) return;
  parent?.children?.delete(name);
  hide(path, node, layer, 'deleted');
}

function emptyFolder(root: ViewNode, path: string, layer: number, hide: Hide): void {
  const children = findNode(root, path)?.children;
  for (const [name, node] of children ?? []) hide(path === '' ? name : `${path}/${name}`, node, layer, 'deleted');
  children?.clear();
}

function overlay(lower: ViewNode, upper: ViewNode, path: string, layer: number, hide: Hide): void {
  for (const [name, node] of upper.children ?? []) {
    const old = lower.children?.get(name);
    const childPath = path === '' ? name : `${path}/${name}`;
    if (old?.kind === 'directory' && node.kind === 'directory') {
      if (node.index >= 0) {
        old.layer = node.layer;
        old.index = node.index;
      }
      overlay(old, node, childPath, layer, hide);
    } else {
      lower.children?.set(name, node);
      if (old !== undefined) hide(childPath, old, layer, causeOf(old, node));
    }
  }
}
