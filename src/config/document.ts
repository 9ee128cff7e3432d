import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Alias, Document, Pair, YAMLMap, YAMLSeq } from 'yaml';
import type { Complaint } from '../model/fault.ts';
import type { Place } from '../model/place.ts';
import type { Located, LocatedEntry, LocatedMap } from './located.ts';

/** Bytes of a configuration file; longer ones are not read. */
export const LIMIT_BYTES = 2 ** 20;
const LIMIT_DEPTH = 64;
/** Values of a file with its aliases followed; a thousand is much, "billion laughs" wants 10⁹. */
const LIMIT_VALUES = 20_000;
const LIMIT_COMPLAINTS = 100;
/** Characters of one text; the longest are request bodies. */
const LIMIT_TEXT = 65_536;

export interface ReadDocument {
  /** Absent when the text is empty, not YAML, or only partly readable. */
  readonly root?: Located;
  readonly complaints: readonly Complaint[];
}

interface Reading {
  readonly complaints: Complaint[];
  readonly place: (node: unknown) => Place;
  /** Nodes being followed, to notice an alias inside its own anchor. */
  readonly open: Set<unknown>;
  readonly anchors: Map<string, unknown>;
  /** What each alias means where it stands; found once, in document order. */
  readonly targets: Map<Alias, unknown>;
  aliasDepth: number;
  values: number;
  /** Something was left out, so that checks of the rest would mislead. */
  incomplete: boolean;
}

/**
 * Reads one YAML document with the place of every part.
 * Refuses what surprises: duplicate keys, tags, several documents, aliases that contain themselves or expand without bound.
 */
export function readDocument(text: string, file: string): ReadDocument {
  if (Buffer.byteLength(text) > LIMIT_BYTES) return { complaints: [{ message: 'larger than 1 MiB', place: { file } }] };
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const document = parseQuietly(text, lines);
  if (document === undefined)
    return { complaints: [{ message: 'nested too deeply', place: { file, line: 1, column: 1 } }] };
  const errors = document.errors.slice(0, LIMIT_COMPLAINTS).map((error) => ({
    message: describeYamlError(error.code, error.message),
    place: placeAt(error.pos[0]),
  }));
  if (errors.length > 0) return { complaints: errors };
  return locateAll(document, (node) => placeAt(startOf(node)));
}

function locateAll(document: Document, place: (node: unknown) => Place): ReadDocument {
  const reading: Reading = {
    complaints: [],
    place,
    open: new Set(),
    anchors: new Map(),
    targets: new Map(),
    aliasDepth: 0,
    values: 0,
    incomplete: false,
  };
  const root = document.contents === null ? undefined : locate(reading, document.contents, 0);
  const { complaints } = reading;
  return root === undefined || reading.incomplete ? { complaints } : { complaints, root };
}

/** Brackets more open than closed, wherever they stand: no configuration comes near, and the YAML parser takes seconds to fail on more. */
const LIMIT_BRACKETS = 1000;

function countsTooManyBrackets(text: string): boolean {
  let open = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open = Math.max(0, open + (bracket === '[' || bracket === '{' ? 1 : -1));
    if (open > LIMIT_BRACKETS) return true;
  }
  return false;
}

function parseQuietly(text: string, lineCounter: LineCounter): Document | undefined {
  if (countsTooManyBrackets(text)) return undefined;
  try {
    // `silent` would also silence the error about a second document.
    return parseDocument(text, { lineCounter, uniqueKeys: false, prettyErrors: false, logLevel: 'error' });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The parser's own words stand where ours would not be clearer. */
const YAML_WORDS: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'a second document starts here (`---`); one file holds one configuration',
  TAB_AS_INDENT: 'a tab is used to indent; YAML wants spaces',
  BLOCK_AS_IMPLICIT_KEY: 'not valid YAML: a value without quotes contains `: `; put the whole value in quotes',
  MISSING_CHAR: 'not valid YAML: a closing bracket, brace or quote, or a `:` or `,`, is missing before here',
};

function describeYamlError(code: string, message: string): string {
  if (message.startsWith('Maximum call stack')) return 'nested too deeply';
  const [first = ''] = message.split('\n');
  return YAML_WORDS[code] ?? `not valid YAML: ${first.slice(0, 200)}`;
}

function startOf(node: unknown): number {
  const range: unknown = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  const start: unknown = Array.isArray(range) ? range[0] : undefined;
  return typeof start === 'number' ? start : 0;
}

function complain(reading: Reading, node: unknown, message: string): void {
  if (reading.complaints.length < LIMIT_COMPLAINTS) reading.complaints.push({ message, place: reading.place(node) });
}

/** For what cannot be followed: the value is left out. */
function abandon(reading: Reading, node: unknown, message: string): Located | undefined {
  complain(reading, node, message);
  reading.incomplete = true;
  return undefined;
}

const TOO_MANY = `more than ${String(LIMIT_VALUES)} values, counting what aliases repeat`;

function locate(reading: Reading, node: unknown, depth: number): Located | undefined {
  if (depth > LIMIT_DEPTH) return abandon(reading, node, `nested deeper than ${String(LIMIT_DEPTH)} levels`);
  reading.values += 1;
  if (reading.values === LIMIT_VALUES + 1) return abandon(reading, node, TOO_MANY);
  if (reading.values > LIMIT_VALUES) return undefined;
  if (isAlias(node)) return locateAlias(reading, node, depth);
  noteAnchorAndTag(reading, node);
  if (isMap(node)) return locateMap(reading, node, depth);
  if (isSeq(node)) return locateList(reading, node, depth);
  return locateScalar(reading, node);
}

function noteAnchorAndTag(reading: Reading, node: unknown): void {
  if (!isNode(node) || isAlias(node)) return;
  const { anchor } = node;
  const tag = node.tag?.replace(/^tag:yaml\.org,2002:/, '!!');
  if (anchor !== undefined && reading.aliasDepth === 0) reading.anchors.set(anchor, node);
  if (tag !== undefined && reading.aliasDepth === 0) {
    complain(reading, node, `the tag \`${tag.slice(0, 60)}\` is not allowed; write the plain value`);
  }
}

function locateScalar(reading: Reading, node: unknown): Located | undefined {
  if (!isScalar(node)) return { kind: 'scalar', value: null, source: '', place: reading.place(node) };
  const { value } = node;
  if ((node.source?.length ?? 0) > LIMIT_TEXT) return abandon(reading, node, 'longer than 64 KiB');
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return { kind: 'scalar', value, source: node.source ?? String(value), place: reading.place(node) };
  }
  return abandon(reading, node, 'not a text, number, true, false or null');
}

function locateList(reading: Reading, node: YAMLSeq, depth: number): Located {
  reading.open.add(node);
  const items = node.items
    .map((item) => locate(reading, item, depth + 1))
    .filter((item): item is Located => item !== undefined);
  reading.open.delete(node);
  return { kind: 'list', items, place: reading.place(node) };
}

function locateAlias(reading: Reading, node: Alias, depth: number): Located | undefined {
  const target = reading.targets.get(node) ?? reading.anchors.get(node.source);
  const name = `the alias \`*${node.source.slice(0, 60)}\``;
  if (target === undefined) return abandon(reading, node, `${name} has no anchor before it`);
  reading.targets.set(node, target);
  if (reading.open.has(target)) return abandon(reading, node, `${name} contains itself`);
  reading.aliasDepth += 1;
  const located = locate(reading, target, depth);
  reading.aliasDepth -= 1;
  return located === undefined ? undefined : { ...located, place: reading.place(node) };
}

function locateMap(reading: Reading, node: YAMLMap, depth: number): LocatedMap {
  reading.open.add(node);
  const own = new Map<string, LocatedEntry>();
  const merged: LocatedMap[] = [];
  for (const pair of node.items) {
    if (isMergeKey(pair)) merged.push(...mergedMaps(reading, pair, depth));
    else addEntry(reading, own, pair, depth);
  }
  reading.open.delete(node);
  const inherited = merged.reverse().flatMap((map) => [...map.entries]);
  return { kind: 'map', entries: new Map([...inherited, ...own]), place: reading.place(node) };
}

function addEntry(reading: Reading, own: Map<string, LocatedEntry>, pair: Pair, depth: number): void {
  const key = keyOf(pair);
  if (key === undefined) {
    complain(reading, pair.key ?? pair.value, 'a key must be a plain text');
    return;
  }
  if (key === '__proto__') {
    complain(reading, pair.key, '`__proto__` cannot be a key');
    return;
  }
  const before = own.get(key);
  if (before !== undefined) {
    complain(
      reading,
      pair.key,
      `the key \`${key.slice(0, 60)}\` is written twice; first in line ${String(before.keyPlace.line)}`,
    );
    return;
  }
  const value = locate(reading, pair.value, depth + 1);
  const keyPlace = reading.place(pair.key);
  if (value === undefined) return;
  own.set(key, { keyPlace, value: isNothingWritten(value) ? { ...value, place: keyPlace } : value });
}

/** `images:` with nothing behind it is best shown at the key. */
function isNothingWritten(value: Located): boolean {
  return value.kind === 'scalar' && value.value === null && value.source === '';
}

function keyOf(pair: Pair): string | undefined {
  if (!isScalar(pair.key) || pair.key.tag !== undefined) return undefined;
  const { value, source } = pair.key;
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? (source ?? String(value)) : undefined;
}

function isMergeKey(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.value === '<<' && pair.key.type === 'PLAIN';
}

function mergedMaps(reading: Reading, pair: Pair, depth: number): LocatedMap[] {
  const located = locate(reading, pair.value, depth + 1);
  if (located === undefined) return [];
  const maps = located.kind === 'list' ? located.items : [located];
  return maps.filter((map): map is LocatedMap => {
    if (map.kind !== 'map')
      complain(reading, pair.value, 'a merge key `<<` takes an alias of a map, or a list of them');
    return map.kind === 'map';
  });
}
