import { parseMarker, type Marker } from './marker.ts';
import { normalizeName } from './version.ts';

/** One requirement of a distribution (PEP 508). */
export interface Requirement {
  /** Normalised. */
  readonly name: string;
  readonly extras: readonly string[];
  /** `>=1.0,<2`; empty: any version. */
  readonly specifier: string;
  /** It is asked for by URL: any version will do. */
  readonly byUrl: boolean;
  readonly marker?: Marker;
}

const NAME = /^(?<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[(?<extras>[^\]]*)\])?\s*(?<rest>.*)$/s;

/** Undefined when the text is no requirement; both `name (>=1)` of old metadata and `name>=1` are read. */
export function parseRequirement(text: string): Requirement | undefined {
  const { name, extras, rest } = NAME.exec(text.trim())?.groups ?? {};
  if (name === undefined || rest === undefined) return undefined;
  // In a URL `;` can be part of it; a marker then needs a space before it.
  const byUrl = rest.startsWith('@');
  const cut = byUrl ? rest.search(/\s;/) : rest.indexOf(';');
  const head = (cut < 0 ? rest : rest.slice(0, cut)).trim();
  const tail = cut < 0 ? '' : rest.slice(rest.indexOf(';', cut) + 1).trim();
  const marker = tail === '' ? undefined : parseMarker(tail);
  if (tail !== '' && marker === undefined) return undefined;
  const specifier = byUrl ? '' : readSpecifier(head);
  if (specifier === undefined) return undefined;
  return {
    name: normalizeName(name),
    extras: (extras ?? '')
      .split(',')
      .map((extra) => normalizeName(extra.trim()))
      .filter((extra) => extra !== ''),
    specifier,
    byUrl,
    ...(marker === undefined ? {} : { marker }),
  };
}

function readSpecifier(head: string): string | undefined {
  const inner = head.startsWith('(') && head.endsWith(')') ? head.slice(1, -1).trim() : head;
  if (inner === '') return '';
  return /^(?:===|==|~=|!=|<=|>=|<|>)/.test(inner) ? inner : undefined;
}
