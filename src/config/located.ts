import type { Place } from '../model/place.ts';

type Scalar = string | number | boolean | null;

interface LocatedScalar {
  readonly kind: 'scalar';
  readonly value: Scalar;
  /** As written, without quotes: `3.10` stays `3.10`. */
  readonly source: string;
  readonly place: Place;
}
interface LocatedList {
  readonly kind: 'list';
  readonly items: readonly Located[];
  readonly place: Place;
}
export interface LocatedEntry {
  readonly keyPlace: Place;
  readonly value: Located;
}
export interface LocatedMap {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, LocatedEntry>;
  readonly place: Place;
}
/** A YAML value that knows where each of its parts stands; aliases and merge keys are already followed. */
export type Located = LocatedScalar | LocatedList | LocatedMap;

export type Path = readonly (string | number)[];

/** The value as plain data for a schema. */
export function toPlain(node: Located): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(toPlain);
  return Object.fromEntries([...node.entries].map(([key, entry]) => [key, toPlain(entry.value)]));
}

/** The part at a path, or undefined when nothing is written there. */
export function partAt(node: Located, path: Path): Located | undefined {
  let current: Located | undefined = node;
  for (const step of path) {
    if (current?.kind === 'map') current = current.entries.get(String(step))?.value;
    else if (current?.kind === 'list') current = current.items[Number(step)];
    else return undefined;
  }
  return current;
}

/** Where the key at a path stands; for list items the item, for what is missing the nearest part around it. */
export function keyPlaceAt(node: Located, path: Path): Place {
  const parent = partAt(node, path.slice(0, -1));
  const last = path.at(-1);
  if (last === undefined) return node.place;
  if (parent?.kind === 'map') return parent.entries.get(String(last))?.keyPlace ?? keyPlaceAt(node, path.slice(0, -1));
  if (parent?.kind === 'list') return parent.items[Number(last)]?.place ?? keyPlaceAt(node, path.slice(0, -1));
  return keyPlaceAt(node, path.slice(0, -1));
}

/** Where the value at a path stands, or the place of what is around it when it is missing. */
export function valuePlaceAt(node: Located, path: Path): Place {
  return partAt(node, path)?.place ?? keyPlaceAt(node, path);
}

/** The map without the entries whose path is listed. */
export function withoutPaths(node: Located, paths: readonly Path[]): Located {
  if (paths.length === 0 || node.kind === 'scalar') return node;
  const below = (step: string | number): readonly Path[] =>
    paths.filter((path) => path[0] === step && path.length > 1).map((path) => path.slice(1));
  if (node.kind === 'list')
    return { ...node, items: node.items.map((item, index) => withoutPaths(item, below(index))) };
  const gone = new Set(paths.filter((path) => path.length === 1).map((path) => path[0]));
  const entries = [...node.entries]
    .filter(([key]) => !gone.has(key))
    .map(([key, entry]) => [key, { ...entry, value: withoutPaths(entry.value, below(key)) }] as const);
  return { ...node, entries: new Map(entries) };
}

/** `images.api.http[0].status`, as complaints name a key. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${String(step)}]`;
    const name = /^[\w./@-]{1,64}$/.test(step) ? step : JSON.stringify(step.slice(0, 64));
    return text === '' ? name : `${text}.${name}`;
  }, '');
}
