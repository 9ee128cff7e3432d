import { readablePath } from '../image/waste.ts';
import type { FileEntry } from '../model/facts.ts';
import type { Finding, Judgement } from '../model/verdict.ts';
import { failWith } from './findings.ts';

/** Findings of one rule and one image that are told one by one; the rest is counted. */
const TOLD = 10;

/** A path of the merged view as people read it. */
export function showPath(path: string): string {
  return `/${readablePath(path)}`;
}

/** Where a finding stands when it is about a path of the image. */
export function placeInImage(path: string): Pick<Finding, 'place'> {
  return { place: { file: showPath(path), inImage: true } };
}

/** `rwsr-xr-x` would be shorter to read for few; four octal digits are what chmod takes. */
export function showMode(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** The first of many findings as they are, the others as one that counts them. */
export function failWithFew(findings: readonly Finding[], seen: string): Judgement {
  return failWith(findings.length <= TOLD ? findings : [...findings.slice(0, TOLD), countRest(findings)], seen);
}

function countRest(findings: readonly Finding[]): Finding {
  const rest = findings.length - TOLD;
  return {
    message: `and ${String(rest)} more, such as ${findings[TOLD]?.message ?? ''}`,
    seen: `${String(findings.length)} in all`,
    remedy: findings[TOLD]?.remedy ?? '',
  };
}

/** What the image adds itself, and how many entries the base image brought. */
export function splitByBase(entries: Iterable<FileEntry>): {
  readonly own: readonly FileEntry[];
  readonly inherited: number;
} {
  const own: FileEntry[] = [];
  let inherited = 0;
  for (const entry of entries) {
    if (entry.base) inherited += 1;
    else own.push(entry);
  }
  return { own, inherited };
}

/** The entries a rule looks for, found one at a time. */
export function* selectEntries(
  entries: Iterable<FileEntry>,
  wanted: (entry: FileEntry) => boolean,
): Generator<FileEntry> {
  for (const entry of entries) if (wanted(entry)) yield entry;
}

/** Whether a path is one of the given ones or below it; all without leading slash. */
export function isBelow(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => folder === '' || path === folder || path.startsWith(`${folder}/`));
}

/** `/var/data/` as the merged view names it. */
export function storedPath(path: string): string {
  return Buffer.from(path.replace(/^\/+|\/+$/g, ''), 'utf8').toString('latin1');
}
