import { join } from 'node:path';
import type { Files } from '../model/effects.ts';
import type { MissingSource } from '../model/facts.ts';
import type { ContextListing, IgnoreFile } from './context.ts';
import type { ContextSource } from './context-sources.ts';
import type { IgnorePattern } from './dockerignore.ts';
import { compileGlob } from './glob.ts';

/** A context as one build sees it. */
export interface SeenContext {
  /** Absolute. */
  readonly directory: string;
  readonly ignore: IgnoreFile;
  readonly listing: ContextListing;
}

/**
 * The sources that the build will not find, each with the ignore line that takes it away or without one when it is not
 * there at all. A wildcard that finds nothing is no error to BuildKit, so it is reported only when the ignore file took
 * every file that it was written for.
 */
export async function findMissingSources(
  files: Files,
  context: SeenContext,
  sources: readonly ContextSource[],
): Promise<readonly MissingSource[]> {
  const found = await Promise.all(
    sources
      .filter((source) => source.path !== '')
      .map((source) => (source.wildcard ? judgeWildcard(files, context, source) : judgePlain(files, context, source))),
  );
  return found.filter((each) => each !== undefined);
}

async function judgePlain(
  files: Files,
  context: SeenContext,
  source: ContextSource,
): Promise<MissingSource | undefined> {
  const { directory, ignore, listing } = context;
  if (listing.folders.has(source.path)) return undefined;
  // A link that leads nowhere is as good as absent, to `stat` and to BuildKit.
  if ((await files.stat(join(directory, source.path))) === undefined) return missing(source);
  const state = ignore.matcher.find(source.path);
  const decisive = state.ignored ? state : ignore.matcher.find(await followLink(files, context, source.path));
  return decisive.ignored ? missing(source, decisive.by, ignore) : undefined;
}

/** Where a link in the context leads: BuildKit needs the file it names, too. Other paths, and links that leave it, stay. */
async function followLink(files: Files, { directory, listing }: SeenContext, path: string): Promise<string> {
  if (!listing.files.some((file) => file.path === path && file.type === 'symlink')) return path;
  const [root, target] = await Promise.all([files.realPath(directory), files.realPath(join(directory, path))]);
  return target.startsWith(`${root}/`) ? target.slice(root.length + 1) : path;
}

async function judgeWildcard(
  files: Files,
  { directory, ignore, listing }: SeenContext,
  source: ContextSource,
): Promise<MissingSource | undefined> {
  const glob = compileGlob(source.path);
  if (glob === undefined) return undefined;
  if (listing.files.some((file) => glob.matches(file.path))) return undefined;
  if ([...listing.folders].some((path) => glob.matches(path))) return undefined;
  const candidates = await expandWildcard(files, directory, source.path);
  const ignored = candidates.filter((path) => ignore.matcher.find(path).ignored);
  const [first] = ignored;
  if (first === undefined || isOptional(source.path, ignored)) return undefined;
  return missing(source, ignore.matcher.find(first).by, ignore);
}

/** `COPY package.json .npmrc* ./`: the star is there because the file may be absent. */
function isOptional(path: string, ignored: readonly string[]): boolean {
  return ignored.every((each) => `${each}*` === path || `${each}?` === path);
}

/** Paths on disk that a wildcard names, level by level; folders that cannot be listed name nothing. */
async function expandWildcard(files: Files, directory: string, pattern: string): Promise<readonly string[]> {
  let found: readonly string[] = [''];
  for (const part of pattern.split('/')) {
    const glob = compileGlob(part);
    const next: string[] = [];
    for (const folder of found) {
      for (const name of await listNames(files, join(directory, folder))) {
        if (glob?.matches(name) === true) next.push(folder === '' ? name : `${folder}/${name}`);
      }
    }
    found = next;
  }
  return found;
}

async function listNames(files: Files, path: string): Promise<readonly string[]> {
  const stat = await files.stat(path);
  return stat?.directory === true ? await files.list(path) : [];
}

function missing(source: ContextSource, by?: IgnorePattern, ignore?: IgnoreFile): MissingSource {
  const base = { source: source.written, line: source.line };
  if (by === undefined || ignore?.file === undefined) return base;
  return { ...base, ignoredBy: { pattern: by.written, place: { file: ignore.file, line: by.line } } };
}
