import { posix } from 'node:path';
import { compileGlob, type Glob } from './glob.ts';

/** One line of an ignore file. */
export interface IgnorePattern {
  /** As written, trimmed. */
  readonly written: string;
  readonly line: number;
  readonly exception: boolean;
  /** Cleaned, without `!`. */
  readonly path: string;
}
interface CompiledPattern extends IgnorePattern {
  readonly glob: Glob;
}

/** What each pattern said of a folder: entries below inherit it. */
type Inherited = readonly boolean[];
export interface IgnoreState {
  readonly ignored: boolean;
  /** The pattern that decided last. */
  readonly by?: IgnorePattern;
  readonly inherited: Inherited;
}

/** An ignore file ready to be asked; see `parseIgnoreFile`. */
export interface IgnoreMatcher {
  /** The state of an entry, given the state of the folder that holds it (undefined at the top). */
  judge(path: string, parent: IgnoreState | undefined): IgnoreState;
  /** The state of a path, its folders judged on the way. */
  find(path: string): IgnoreState;
  /** Whether nothing below an ignored folder can come back through an exception. */
  isClosed(folder: string): boolean;
}
export type ParsedIgnoreFile = IgnoreMatcher | { readonly problem: string; readonly line: number };

/**
 * Reads a `.dockerignore` with BuildKit's meaning: comments only in the first column, `!` exceptions, the last match
 * wins, a match of a folder covers what is below it. A pattern BuildKit refuses is a problem with its line.
 */
export function parseIgnoreFile(text: string): ParsedIgnoreFile {
  const patterns: CompiledPattern[] = [];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const written = raw.trim();
    if (raw.startsWith('#') || written === '') continue;
    const cleaned = cleanPattern(written);
    const exception = cleaned.startsWith('!');
    const path = exception ? cleaned.slice(1) : cleaned;
    const glob = path === '' ? undefined : compileGlob(path);
    if (glob === undefined) return { problem: `\`${written}\` is not a pattern`, line: index + 1 };
    patterns.push({ written, line: index + 1, exception, path, glob });
  }
  return makeMatcher(patterns);
}

/** The shortest form of a pattern, relative to the context: `/a/./b/` is `a/b`, `! /a` is `!a`. */
function cleanPattern(written: string): string {
  if (!written.startsWith('!')) return shorten(written).replace(/^\/(?=.)/, '');
  const rest = written.slice(1).trim();
  // BuildKit shortens an exception twice, the second time with its `!`: so does this, for `!/` and `!../..`.
  return rest === '' ? '!' : shorten(`!${shorten(rest).replace(/^\/(?=.)/, '')}`);
}

function shorten(path: string): string {
  const clean = posix.normalize(path);
  return clean.length > 1 && clean.endsWith('/') ? clean.slice(0, -1) : clean;
}

function makeMatcher(patterns: readonly CompiledPattern[]): IgnoreMatcher {
  const exceptions = patterns.filter((pattern) => pattern.exception).map((pattern) => pattern.path);
  const judge = (path: string, parent: IgnoreState | undefined): IgnoreState => judgePath(patterns, path, parent);
  return {
    judge,
    find: (path) => {
      let state: IgnoreState | undefined;
      for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
        state = judge(path.slice(0, end), state);
      }
      return judge(path, state);
    },
    isClosed: (folder) =>
      exceptions.every((path) => isPlain(path) && !`${withoutTail(path)}/`.startsWith(`${folder}/`)),
  };
}

function judgePath(patterns: readonly CompiledPattern[], path: string, parent: IgnoreState | undefined): IgnoreState {
  let by: IgnorePattern | undefined;
  const inherited: boolean[] = [];
  for (const [index, pattern] of patterns.entries()) {
    const ignored = by !== undefined && !by.exception;
    // A pattern that cannot change anything is not asked, and what is below does not inherit an answer: BuildKit's own order.
    const matched = parent?.inherited[index] === true || (pattern.exception === ignored && pattern.glob.matches(path));
    inherited.push(matched);
    if (matched) by = pattern;
  }
  return { ignored: by !== undefined && !by.exception, inherited, ...(by === undefined ? {} : { by }) };
}

/** No wildcard but a trailing one: then only folders on the way to it can hold the exception. */
function isPlain(path: string): boolean {
  return !/[*?[\\]/.test(withoutTail(path));
}

function withoutTail(path: string): string {
  return path.replace(/\/\*{1,2}$/, '');
}
