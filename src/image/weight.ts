import type { HeavyPath, WeightFacts } from '../model/facts.ts';
import type { Body, ViewNode } from './view.ts';
import type { MergedView } from './merge.ts';
import { readablePath } from './waste.ts';

/** Paths kept for an image: enough for a picture, little enough for a record. */
const LISTED = 400;
/** Paths lighter than this share of the image are not told apart. */
const SMALLEST_SHARE = 1 / 2000;

interface Weight {
  bytes: number;
  files: number;
}
interface Weights {
  /** What each folder holds of each layer, itself and below. */
  readonly folders: ReadonlyMap<ViewNode, ReadonlyMap<number, Weight>>;
  /** The first name of each body that has several. */
  readonly owners: ReadonlyMap<Body, ViewNode>;
}

interface Open {
  readonly node: ViewNode;
  readonly path: string;
  readonly layer: number;
  readonly weight: Weight;
}

/** Where the bytes of an image are: the heaviest folders and files of each layer in the final view, and what later layers hide of each. Hard links count under their first name. */
export function measureWeight(view: MergedView, layers: number): WeightFacts {
  const hidden = new Array<number>(layers).fill(0);
  for (const { body } of view.hidden) hidden[body.layer] = (hidden[body.layer] ?? 0) + body.size;
  const weights = weighFolders(view.root);
  return { paths: findHeaviest(view.root, weights), hidden };
}

function weighFolders(root: ViewNode): Weights {
  const weights = new Map<ViewNode, Map<number, Weight>>();
  const owners = new Map<Body, ViewNode>();
  // Folders in an order in which each comes before what lies in it, so that going back adds up from below.
  const order: [ViewNode, ViewNode | undefined][] = [[root, undefined]];
  for (const [folder] of order) {
    const own = new Map<number, Weight>();
    weights.set(folder, own);
    for (const node of folder.children?.values() ?? []) {
      if (node.children !== undefined) order.push([node, folder]);
      else if (node.body !== undefined && !owners.has(node.body)) {
        if (node.body.names > 1) owners.set(node.body, node);
        add(own, node.body.layer, { bytes: node.body.size, files: 1 });
      }
    }
  }
  for (const [folder, parent] of order.reverse()) {
    const above = parent === undefined ? undefined : weights.get(parent);
    if (above === undefined) continue;
    for (const [layer, weight] of weights.get(folder) ?? []) add(above, layer, weight);
  }
  return { folders: weights, owners };
}

function add(weights: Map<number, Weight>, layer: number, { bytes, files }: Weight): void {
  const weight = weights.get(layer) ?? { bytes: 0, files: 0 };
  weight.bytes += bytes;
  weight.files += files;
  weights.set(layer, weight);
}

/** Opens the heaviest folder again and again until enough paths are told apart. */
function findHeaviest(root: ViewNode, weights: Weights): HeavyPath[] {
  const open = [...(weights.folders.get(root) ?? [])].map(([layer, weight]): Open => ({
    node: root,
    path: '',
    layer,
    weight,
  }));
  const smallest = open.reduce((sum, { weight }) => sum + weight.bytes, 0) * SMALLEST_SHARE;
  const found: HeavyPath[] = [];
  while (found.length < LISTED) {
    open.sort((one, other) => one.weight.bytes - other.weight.bytes);
    const folder = open.pop();
    if (folder === undefined) break;
    const children = childrenOf(folder, weights).filter(({ weight }) => weight.bytes >= smallest && weight.bytes > 0);
    const [only] = children;
    // A folder that only leads to another one says nothing.
    if (only?.node.children !== undefined && only.weight.bytes === folder.weight.bytes) {
      replacePath(found, folder, only.path);
      open.push(only);
      continue;
    }
    for (const { node, path, layer, weight } of children.slice(0, LISTED - found.length)) {
      found.push({ path: `/${readablePath(path)}`, layer, ...weight });
      if (node.children !== undefined) open.push({ node, path, layer, weight });
    }
  }
  return found;
}

function replacePath(found: HeavyPath[], { path, layer }: Open, longer: string): void {
  const at = found.findIndex((entry) => entry.layer === layer && entry.path === `/${readablePath(path)}`);
  const entry = found[at];
  if (entry !== undefined) found[at] = { ...entry, path: `/${readablePath(longer)}` };
}

function childrenOf({ node, path, layer }: Open, weights: Weights): Open[] {
  const children = [...(node.children ?? [])].flatMap(([name, child]): Open[] => {
    const weight =
      child.children === undefined ? weighFile(child, layer, weights) : weights.folders.get(child)?.get(layer);
    return weight === undefined ? [] : [{ node: child, path: path === '' ? name : `${path}/${name}`, layer, weight }];
  });
  return children.sort((one, other) => other.weight.bytes - one.weight.bytes);
}

function weighFile(node: ViewNode, layer: number, { owners }: Weights): Weight | undefined {
  const { body } = node;
  if (body?.layer !== layer || (body.names > 1 && owners.get(body) !== node)) return undefined;
  return { bytes: body.size, files: 1 };
}
