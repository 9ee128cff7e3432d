import { createHmac, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { FactCache } from '../../model/effects.ts';
import type { KnownValue } from '../../model/known-values.ts';
import { makeMatcher, type Matcher } from './matcher.ts';
import { looksRandom } from './pattern.ts';
import { searchText } from './search.ts';

/** Shorter values stand in ordinary text by chance. */
const SHORTEST_KNOWN = 8;

/** What is looked for when the value of a secret is known. */
export interface KnownSearch {
  /** Names of the values that each needle stands for, by index. */
  readonly names: readonly string[];
  readonly find: Matcher;
  /** Bytes of the longest needle. */
  readonly longest: number;
  /** Under which results of a layer are kept. */
  readonly key: (digest: string) => string;
  readonly searched: readonly string[];
  readonly unsearched: readonly string[];
}

/** More of a long value than this need not be compared: it is the same file. */
const LONGEST_NEEDLE = 2048;

/** A search for every form of the values. */
export async function makeKnownSearch(values: readonly KnownValue[], cache: FactCache): Promise<KnownSearch> {
  const long = values.filter(({ value }) => value.trim().length >= SHORTEST_KNOWN);
  const forms = long.flatMap(({ name, value }) => needlesOf(value).map((needle) => ({ name, needle })));
  const lasting = long.filter(({ passing }) => passing !== true);
  const id = lasting.length === 0 ? '' : await identify(lasting, cache);
  const names = (list: readonly KnownValue[]): string[] => [...new Set(list.map(({ name }) => name))];
  return {
    names: forms.map(({ name }) => name),
    find: makeMatcher(forms.map(({ needle }) => needle)),
    longest: Math.max(0, ...forms.map(({ needle }) => needle.length)),
    // Values that die with the job cannot stand in a layer that was known before it began: such a result is nobody's secret.
    key: (digest) =>
      lasting.length === 0
        ? `known-values/none/v1/${digest}`
        : `known-values/v1/${createHmac('sha256', id).update(digest).digest('hex')}`,
    searched: names(long),
    unsearched: names(values.filter((each) => !long.includes(each))),
  };
}

function needlesOf(value: string): readonly Buffer[] {
  const needles = [value, ...partsOf(value)].flatMap(formsOf).map((form) => form.subarray(0, LONGEST_NEEDLE));
  return [...new Map(needles.map((needle) => [needle.toString('latin1'), needle])).values()];
}

/** Of a value that is a file: what in it is secret by itself. Its other lines stand in other files too. */
function partsOf(value: string): readonly string[] {
  if (!value.trim().includes('\n') && !value.startsWith('{')) return [];
  const tokens = value.split(/\\n|[^\w+/=.~-]+/).filter((token) => token.length >= 40 && looksRandom(token));
  return [...new Set([...searchText(value).map(({ secret }) => secret), ...tokens])].slice(0, MOST_PARTS);
}

const MOST_PARTS = 50;

const deriveKey = promisify<string, Buffer, number, Buffer>(scrypt);
const SALT_KEY = 'known-values/salt';

/** Results are kept under a name that costs a guess of the value as much work as a password hash, with a salt of this machine's. */
async function identify(values: readonly KnownValue[], cache: FactCache): Promise<string> {
  let salt = await cache.get(SALT_KEY);
  if (salt === undefined) {
    salt = randomBytes(32);
    await cache.put(SALT_KEY, salt);
  }
  const all = values.map(({ name, value }) => `${name}\0${value}`).sort();
  return (await deriveKey(all.join('\0\0'), Buffer.from(salt), 32)).toString('hex');
}

/** The value as it stands, in base64 at each of its three offsets, in base64url, hexadecimal, as part of a URL, of JSON and in UTF-16. */
function formsOf(value: string): readonly Buffer[] {
  const texts = [value, value.trim()];
  const raw = texts.map((text) => Buffer.from(text));
  const encoded = raw.flatMap((bytes) => [
    ...[0, 1, 2].flatMap((offset) => {
      const inner = encodeInner(bytes, offset);
      return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
    }),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
  ]);
  const written = texts.flatMap((text) => {
    const url = encodeURIComponent(text.toWellFormed());
    const json = JSON.stringify(text).slice(1, -1);
    const lower = url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
    return [url, lower, url.replaceAll('%20', '+'), json, json.replaceAll('/', '\\/')];
  });
  const wide = Buffer.from(value.trim(), 'utf16le');
  const all = [...raw, ...encoded.map((text) => Buffer.from(text)), ...written.map((text) => Buffer.from(text))];
  const distinct = new Map(
    [...all, wide, Buffer.from(wide).swap16()].map((bytes) => [bytes.toString('latin1'), bytes]),
  );
  return [...distinct.values()].filter((bytes) => bytes.length >= SHORTEST_KNOWN);
}

/** The characters of a base64 text that depend on these bytes alone, when `offset` other ones stand before them. */
function encodeInner(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}
