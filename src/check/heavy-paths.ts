import type { FileFacts } from '../model/facts.ts';

/** A folder or file with the bytes that one layer put below it. */
export interface PathWeight {
  /** Latin1, without leading slash. */
  readonly path: string;
  readonly bytes: number;
}

interface Branch {
  readonly path: string;
  bytes: number;
  readonly children: Map<string, Branch>;
}

const TOLD = 3;
/** Deeper folders are of no use to a reader. */
const DEPTH = 9;
/** What holds this much of its parent's bytes says more than the parent. */
const MOST = 0.7;
/** What holds less than this much says nothing. */
const LEAST = 0.2;
/** Everybody has these folders: what is in them says something. */
const PLAIN =
  /^(?:|usr|usr\/local|usr\/lib|usr\/local\/lib|lib|opt|var|var\/lib|home|root|srv|app|usr\/lib\/x86_64-linux-gnu|usr\/lib\/aarch64-linux-gnu)$|(?:^|\/)(?:lib(?:64)?\/python[\d.]+|site-packages|dist-packages|node_modules|lib)$|(?:^|\/)\.?venv(?:\/lib)?$/;

/** The paths that hold most bytes of each of some layers, as a person would name them: whole packages and folders, not single files in them. Hard links count once. */
export function findHeaviest(
  files: FileFacts,
  layers: ReadonlySet<number>,
): ReadonlyMap<number, readonly PathWeight[]> {
  const roots = new Map([...layers].map((layer) => [layer, makeBranch('')]));
  const counted = new Set<string>();
  for (const { path, kind, size, layer, body } of files.entries()) {
    const root = roots.get(layer);
    if (root === undefined || kind !== 'file' || size === 0) continue;
    const inode = `${String(layer)} ${String(body)}`;
    if (counted.has(inode)) continue;
    counted.add(inode);
    addFile(root, path, size);
  }
  return new Map([...roots].map(([layer, root]) => [layer, pickPaths(root)]));
}

function makeBranch(path: string): Branch {
  return { path, bytes: 0, children: new Map() };
}

function addFile(root: Branch, path: string, size: number): void {
  root.bytes += size;
  let branch = root;
  for (const part of path.split('/').slice(0, DEPTH)) {
    let next = branch.children.get(part);
    if (next === undefined) {
      next = makeBranch(branch.path === '' ? part : `${branch.path}/${part}`);
      branch.children.set(part, next);
    }
    next.bytes += size;
    branch = next;
  }
}

function pickPaths(root: Branch): readonly PathWeight[] {
  let open: readonly Branch[] = [root];
  const done: Branch[] = [];
  while (open.length > 0) {
    const next: Branch[] = [];
    for (const branch of open) {
      const inner = lookInside(branch);
      if (inner === undefined) done.push(branch);
      else next.push(...inner);
    }
    open = next;
  }
  return done
    .filter(({ bytes }) => bytes > 0)
    .toSorted((one, other) => other.bytes - one.bytes || (one.path < other.path ? -1 : 1))
    .slice(0, TOLD)
    .map(({ path, bytes }) => ({ path, bytes }));
}

/** What says more than the folder itself; undefined when the folder is the answer. */
function lookInside(branch: Branch): readonly Branch[] | undefined {
  const children = [...branch.children.values()].sort((one, other) => other.bytes - one.bytes);
  const [largest] = children;
  if (largest === undefined) return undefined;
  if (PLAIN.test(branch.path)) {
    const told = children.slice(0, TOLD);
    const bytes = told.reduce((sum, child) => sum + child.bytes, 0);
    // Thousands of small files are one folder.
    return branch.path !== '' && bytes < LEAST * branch.bytes ? undefined : told;
  }
  const isPackage = /(?:^|\/)(?:site-packages|dist-packages|node_modules)\/[^/]+$/.test(branch.path);
  return !isPackage && largest.bytes >= MOST * branch.bytes ? [largest] : undefined;
}
