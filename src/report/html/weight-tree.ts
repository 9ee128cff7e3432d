import type { ImageRecord } from '../../model/record.ts';

type HeavyPath = NonNullable<ImageRecord['paths']>[number];

/** A folder or file in the picture; what is not told apart below it counts as its own. */
export interface WeightNode {
  readonly label: string;
  readonly path: string;
  readonly bytes: number;
  /** The layer that holds most of it. */
  readonly layer: number;
  /** Heaviest first. */
  readonly children: readonly WeightNode[];
  readonly kind: 'path' | 'rest' | 'hidden';
}

/** Bytes that belong to a path of one layer and to none of the listed paths below it. */
interface Share {
  readonly path: string;
  readonly layer: number;
  readonly bytes: number;
}
interface Branch {
  readonly branches: Map<string, Branch>;
  readonly shares: Share[];
}

/** One tree per layer: what it holds of the final view, what later layers hide of it, and the rest. */
export function weighLayers(image: ImageRecord, nameLayer: (index: number) => string): WeightNode[] {
  const layers = image.sizes?.layers ?? [];
  const paths = image.paths ?? [];
  return layers.map((layer, index) => {
    const own = paths.filter((path) => path.layer === index);
    const seen = toNodes(growBranch(exclusiveShares(own)), '');
    const hidden = layer.hidden ?? 0;
    const rest = Math.max(0, layer.unpacked - seen.reduce((sum, node) => sum + node.bytes, 0) - hidden);
    const children = [
      ...seen,
      ...leaf('hidden', 'replaced or deleted later', hidden, index),
      ...leaf('rest', seen.length === 0 ? 'all its files' : 'smaller files', rest, index),
    ];
    const label = nameLayer(index);
    return { label, path: label, bytes: layer.unpacked, layer: index, children: sort(children), kind: 'path' };
  });
}

/** One tree for the final file system, whatever layer its bytes come from. */
export function weighPaths(image: ImageRecord): WeightNode[] {
  const paths = image.paths ?? [];
  const shares = (image.sizes?.layers ?? []).flatMap((_, index) =>
    exclusiveShares(paths.filter((path) => path.layer === index)),
  );
  return toNodes(growBranch(shares), '');
}

function leaf(kind: WeightNode['kind'], label: string, bytes: number, layer: number, path = label): WeightNode[] {
  return bytes > 0 ? [{ label, path, bytes, layer, children: [], kind }] : [];
}

/** What each path of one layer holds beyond the listed paths below it. */
function exclusiveShares(paths: readonly HeavyPath[]): Share[] {
  const left = new Map(paths.map(({ path, bytes }) => [path, bytes]));
  for (const { path, bytes } of paths) {
    const above = nearestAbove(path, left);
    if (above !== undefined) left.set(above, (left.get(above) ?? 0) - bytes);
  }
  return paths.map(({ path, layer }) => ({ path, layer, bytes: Math.max(0, left.get(path) ?? 0) }));
}

function nearestAbove(path: string, known: ReadonlyMap<string, number>): string | undefined {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const above = path.slice(0, end);
    if (known.has(above)) return above;
  }
  return undefined;
}

function growBranch(shares: readonly Share[]): Branch {
  const root: Branch = { branches: new Map(), shares: [] };
  for (const share of shares) {
    let branch = root;
    for (const name of share.path.split('/').filter((part) => part !== '')) {
      const next = branch.branches.get(name) ?? { branches: new Map<string, Branch>(), shares: [] };
      branch.branches.set(name, next);
      branch = next;
    }
    branch.shares.push(share);
  }
  return root;
}

function toNodes(branch: Branch, above: string): WeightNode[] {
  return sort([...branch.branches].flatMap(([name, below]) => toNode(below, name, `${above}/${name}`)));
}

function toNode(branch: Branch, label: string, path: string): WeightNode[] {
  const children = toNodes(branch, path);
  const own = branch.shares.toSorted((one, other) => other.bytes - one.bytes)[0];
  const ownBytes = branch.shares.reduce((sum, share) => sum + share.bytes, 0);
  const [only] = children;
  if (only !== undefined && children.length === 1 && ownBytes === 0)
    return [{ ...only, label: `${label}/${only.label}` }];
  const all = sort([...children, ...leaf('rest', 'smaller files', ownBytes, own?.layer ?? 0, path)]);
  const [first] = all;
  if (first === undefined) return [];
  const bytes = all.reduce((sum, child) => sum + child.bytes, 0);
  return [{ label, path, bytes, layer: first.layer, children: children.length === 0 ? [] : all, kind: 'path' }];
}

function sort(nodes: readonly WeightNode[]): WeightNode[] {
  return nodes.toSorted((one, other) => other.bytes - one.bytes);
}
