import { dirname, join, relative } from 'node:path';
import { readDocument, LIMIT_BYTES } from '../../config/document.ts';
import { partAt, type Located, type LocatedMap, type Path } from '../../config/located.ts';
import type { Files } from '../../model/effects.ts';
import type { Place } from '../../model/place.ts';

/** Files that `include` and `extends` may lead to before a stack is not followed further. */
const LIMIT_FILES = 50;

/** The compose files of a stack with the place of every part, and those they include or extend. */
export interface ComposeSources {
  /** Absolute, in the order they are merged. */
  readonly files: readonly string[];
  readonly documents: ReadonlyMap<string, Located>;
}

/**
 * Reads the compose files and what they lead to, for places only: what they mean is asked of compose itself.
 * A file that cannot be read has no places.
 */
export async function readSources(files: Files, paths: readonly string[], directory: string): Promise<ComposeSources> {
  const documents = new Map<string, Located>();
  const waiting = [...paths];
  const seen = new Set<string>();
  for (let path = waiting.shift(); path !== undefined && seen.size < LIMIT_FILES; path = waiting.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const root = await readFile(files, path, directory);
    if (root === undefined) continue;
    documents.set(path, root);
    waiting.push(...includedBy(root, path), ...extendedFiles(root, path));
  }
  return { files: paths, documents };
}

async function readFile(files: Files, path: string, directory: string): Promise<Located | undefined> {
  const stat = await files.stat(path);
  if (stat === undefined || stat.directory || stat.size > LIMIT_BYTES) return undefined;
  // Compose's own tags (`!reset`, `!override`) draw complaints that are none of ours.
  return readDocument(await files.readText(path), relative(directory, path)).root;
}

/** Files of the top level's `include`. */
function includedBy(root: Located, path: string): string[] {
  return itemsOf(partAt(root, ['include'])).flatMap((item) => {
    const written = item.kind === 'map' ? itemsOf(item.entries.get('path')?.value) : [item];
    return written.flatMap((part) => textOf(part)).map((text) => join(dirname(path), text));
  });
}

function itemsOf(part: Located | undefined): readonly Located[] {
  if (part === undefined) return [];
  return part.kind === 'list' ? part.items : [part];
}

/** A scalar's text, as a list of none or one. */
export function textOf(part: Located | undefined): string[] {
  return part?.kind === 'scalar' && part.value !== null ? [String(part.value)] : [];
}

function extendedFiles(root: Located, path: string): string[] {
  const services = partAt(root, ['services']);
  if (services?.kind !== 'map') return [];
  return [...services.entries.values()].flatMap(({ value }) =>
    textOf(partAt(value, ['extends', 'file'])).map((text) => join(dirname(path), text)),
  );
}

/** Every definition of a service, the one that wins first: later files, then what they extend, then what they include. */
export function definitionsOf(sources: ComposeSources, service: string): readonly LocatedMap[] {
  const seen = new Set<string>();
  return sources.files.toReversed().flatMap((path) => definitionsIn(sources, path, service, seen));
}

function definitionsIn(sources: ComposeSources, path: string, service: string, seen: Set<string>): LocatedMap[] {
  const root = sources.documents.get(path);
  const key = `${path}\0${service}`;
  if (root === undefined || seen.has(key)) return [];
  seen.add(key);
  const own = partAt(root, ['services', service]);
  const below = (file: string, name: string): LocatedMap[] => definitionsIn(sources, file, name, seen);
  const included = includedBy(root, path).flatMap((file) => below(file, service));
  if (own?.kind !== 'map') return included;
  const extended = partAt(own, ['extends']);
  const [name] = textOf(extended?.kind === 'map' ? partAt(extended, ['service']) : extended);
  const [file] = textOf(partAt(own, ['extends', 'file']));
  return [
    own,
    ...(name === undefined ? [] : below(file === undefined ? path : join(dirname(path), file), name)),
    ...included,
  ];
}

/** Where a service is named, in the file where it stands first. */
export function placeOfService(sources: ComposeSources, service: string): Place | undefined {
  for (const path of [...sources.files, ...sources.documents.keys()]) {
    const services = partAt(sources.documents.get(path) ?? NOTHING, ['services']);
    const entry = services?.kind === 'map' ? services.entries.get(service) : undefined;
    if (entry !== undefined) return entry.keyPlace;
  }
  return undefined;
}

const NOTHING: Located = { kind: 'scalar', value: null, source: '', place: { file: '' } };

/** The value at a path of a service and where its key stands, from the definition that wins. */
export function findValue(
  definitions: readonly LocatedMap[],
  path: Path,
): { readonly value: Located; readonly place: Place } | undefined {
  for (const definition of definitions) {
    const parent = partAt(definition, path.slice(0, -1));
    const entry = parent?.kind === 'map' ? parent.entries.get(String(path.at(-1))) : undefined;
    if (entry !== undefined) return { value: entry.value, place: entry.keyPlace };
  }
  return undefined;
}

/** The text behind a name where compose takes a map as well as a list of `NAME=text`. */
export function findNamed(
  definitions: readonly LocatedMap[],
  path: Path,
  name: string,
): { readonly text: string; readonly place: Place } | undefined {
  for (const definition of definitions) {
    const part = partAt(definition, path);
    const found = part?.kind === 'map' ? part.entries.get(name) : undefined;
    if (found !== undefined) return { text: textOf(found.value).join(''), place: found.keyPlace };
    if (part?.kind !== 'list') continue;
    for (const item of part.items) {
      const [text = ''] = textOf(item);
      if (text === name) return { text: '', place: item.place };
      if (text.startsWith(`${name}=`)) return { text: text.slice(name.length + 1), place: item.place };
    }
  }
  return undefined;
}

/** Items of every definition's list at a path, each with its definition's place: compose appends lists. */
export function findItems(definitions: readonly LocatedMap[], path: Path): readonly Located[] {
  return definitions.flatMap((definition) => {
    const part = partAt(definition, path);
    return part?.kind === 'list' ? part.items : [];
  });
}
