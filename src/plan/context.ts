import { dirname, join, posix } from 'node:path';
import type { Files, WalkedFile } from '../model/effects.ts';
import { NAMED_LIMIT, namedFile } from '../image/secrets/named-files.ts';
import type { ContextFacts, CredentialFile, UnwantedPath } from '../model/facts.ts';
import type { ContextSource } from './context-sources.ts';
import { compileGlob } from './glob.ts';
import { parseIgnoreFile, type IgnoreMatcher, type IgnoreState } from './dockerignore.ts';
import { explainUnwanted } from './unwanted.ts';

/** An ignore file and where it stands, relative to the folder of slipway.yml. */
export interface IgnoreFile {
  readonly file?: string;
  readonly matcher: IgnoreMatcher;
}
export type IgnoreFileResult = IgnoreFile | { readonly problem: string };

/** What one walk over a context found once the ignore file had its say. */
export interface ContextListing {
  readonly files: readonly WalkedFile[];
  /** Folders that reach the builder: not ignored, or on the way to something that is not. */
  readonly folders: ReadonlySet<string>;
}

/** `<Dockerfile>.dockerignore` beside the Dockerfile, else `.dockerignore` in the context, else nothing is ignored. */
export async function readIgnoreFile(
  files: Files,
  directory: string,
  image: { readonly dockerfile: string; readonly context: string },
): Promise<IgnoreFileResult> {
  for (const path of [`${image.dockerfile}.dockerignore`, posix.join(image.context, '.dockerignore')]) {
    const absolute = join(directory, path);
    const stat = await files.stat(absolute);
    if (stat === undefined || stat.directory) continue;
    const parsed = parseIgnoreFile(await files.readText(absolute));
    return 'problem' in parsed
      ? { problem: `${path}:${String(parsed.line)}: ${parsed.problem}` }
      : { file: path, matcher: parsed };
  }
  const nothing = parseIgnoreFile('');
  return 'problem' in nothing ? nothing : { matcher: nothing };
}

/** Walks a context once; ignored folders are entered only where an exception may bring something back. */
export async function listContext(files: Files, directory: string, matcher: IgnoreMatcher): Promise<ContextListing> {
  const states = new Map<string, IgnoreState>();
  const stateOf = (path: string): IgnoreState => matcher.judge(path, states.get(dirname(path)));
  const kept: WalkedFile[] = [];
  const folders = new Set<string>();
  const descend = (path: string): boolean => !(states.get(path)?.ignored === true && matcher.isClosed(path));
  for await (const entry of files.walk(directory, descend)) {
    const state = stateOf(entry.path);
    if (entry.type === 'directory') states.set(entry.path, state);
    if (state.ignored) continue;
    if (entry.type === 'directory') folders.add(entry.path);
    else kept.push(entry);
    for (let up = dirname(entry.path); up !== '.' && !folders.has(up); up = dirname(up)) folders.add(up);
  }
  return { files: kept, folders };
}

/** Whether a file is sent for one of the sources. */
export function makeSelector(sources: readonly ContextSource[]): (path: string) => boolean {
  if (sources.some((source) => source.path === '')) return () => true;
  const plain = new Set(sources.filter((source) => !source.wildcard).map((source) => source.path));
  const globs = sources.flatMap((source) => {
    const glob = source.wildcard ? compileGlob(source.path) : undefined;
    return glob === undefined ? [] : [glob];
  });
  return (path) => {
    for (let part = path; part !== '.'; part = dirname(part)) {
      const current = part;
      if (plain.has(current) || globs.some((glob) => glob.matches(current))) return true;
    }
    return false;
  };
}

function sentFiles(listing: ContextListing, sources: readonly ContextSource[]): readonly WalkedFile[] {
  const select = makeSelector(sources);
  return listing.files.filter((file) => select(file.path));
}

/** Files made for credentials that the sources copy and that hold some; `directory` is absolute. */
export async function findCredentials(
  files: Files,
  directory: string,
  listing: ContextListing,
  sources: readonly ContextSource[],
): Promise<readonly CredentialFile[]> {
  const read = sentFiles(listing, sources).map(async ({ path, size, type }) => {
    const named = type === 'file' && size <= NAMED_LIMIT ? namedFile(path) : undefined;
    if (named === undefined) return [];
    const text = Buffer.from(await files.readBytes(join(directory, path))).toString('latin1');
    const line = sources.find((source) => makeSelector([source])(path))?.line ?? 1;
    return named.find(text).length > 0 ? [{ path, kind: named.kind, line }] : [];
  });
  return (await Promise.all(read)).flat();
}

const LARGEST = 10;

/** Bytes, largest files and unwanted paths of what one image's build takes from a context. */
export function measureContext(
  listing: ContextListing,
  sources: readonly ContextSource[],
  named: Pick<ContextFacts, 'directory' | 'ignoreFile' | 'credentials'>,
): ContextFacts {
  const sent = sentFiles(listing, sources);
  const largest = sent.toSorted((a, b) => b.size - a.size || (a.path < b.path ? -1 : 1)).slice(0, LARGEST);
  return {
    directory: named.directory,
    bytes: sumBytes(sent),
    files: sent.length,
    wholeBytes: sumBytes(listing.files),
    largest: largest.map((file) => ({ path: file.path, bytes: file.size })),
    unwanted: findUnwanted(sent),
    credentials: named.credentials,
    ...(named.ignoreFile === undefined ? {} : { ignoreFile: named.ignoreFile }),
  };
}

function sumBytes(files: readonly WalkedFile[]): number {
  return files.reduce((sum, file) => sum + file.size, 0);
}

/** Unwanted files and folders, each once with all that is below it, largest first. */
function findUnwanted(sent: readonly WalkedFile[]): readonly UnwantedPath[] {
  const found = new Map<string, UnwantedPath>();
  for (const file of sent) {
    const reason = explainUnwanted(file.path);
    if (reason === undefined) continue;
    const bytes = (found.get(reason.path)?.bytes ?? 0) + file.size;
    found.set(reason.path, { path: reason.path, bytes, why: reason.why });
  }
  return [...found.values()].toSorted((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
}
