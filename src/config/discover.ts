import { posix } from 'node:path';
import type { Files } from '../model/effects.ts';

/** A Dockerfile found without being asked for, and what it would be called. */
export interface FoundImage {
  readonly name: string;
  /** Relative to the searched folder. */
  readonly dockerfile: string;
  readonly context: string;
}

/** Folders that hold Dockerfiles of their neighbours: the context is the folder above. */
const HOLDERS = new Set(['docker', 'dockerfiles', 'containers', 'build', 'deploy', 'ci']);
const LIMIT_DEPTH = 6;

/** Dockerfiles below a folder, by path; dot folders and `node_modules` are not searched. */
export async function findDockerfiles(files: Files, directory: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of files.walk(directory, isSearched)) {
    if (entry.type === 'file' && isDockerfile(posix.basename(entry.path))) found.push(entry.path);
  }
  return found.sort();
}

function isSearched(path: string): boolean {
  const name = posix.basename(path);
  const hidden = name.startsWith('.') && name !== '.' && name !== '..';
  return !hidden && name !== 'node_modules' && path.split('/').length <= LIMIT_DEPTH;
}

/** `Dockerfile`, `Dockerfile.api`, `api.Dockerfile`, `Containerfile`; not what stands beside one (`Dockerfile.dockerignore`). */
export function isDockerfile(name: string): boolean {
  if (/\.(dockerignore|rego|md|txt|orig|bak|swp)$|~$/i.test(name)) return false;
  return /^(Dockerfile|Containerfile)([.-].+)?$/.test(name) || /^.+\.Dockerfile$/.test(name);
}

/** Images for Dockerfiles, each with a name of its own made from its path; `fallback` names the one at the top. */
export function nameImages(dockerfiles: readonly string[], fallback: string): FoundImage[] {
  const taken = new Set<string>();
  return dockerfiles.map((dockerfile) => {
    const name = firstFree(namesFor(dockerfile, fallback), taken);
    taken.add(name);
    return { name, dockerfile, context: contextOf(dockerfile) };
  });
}

function firstFree(candidates: readonly string[], taken: ReadonlySet<string>): string {
  const named = candidates.filter((name) => name !== '');
  const stem = named[0] ?? 'image';
  const free = [...named, stem].find((name) => !taken.has(name));
  if (free !== undefined) return free;
  let count = 2;
  while (taken.has(`${stem}-${String(count)}`)) count += 1;
  return `${stem}-${String(count)}`;
}

/** The suffix if there is one, else the nearest folder that says something, then ever longer paths. */
function namesFor(dockerfile: string, fallback: string): string[] {
  const file = posix.basename(dockerfile);
  const suffix = file.replace(/^(Dockerfile|Containerfile)[.-]?/, '').replace(/\.Dockerfile$/, '');
  const folders = posix
    .dirname(dockerfile)
    .split('/')
    .filter((folder) => folder !== '.' && !HOLDERS.has(folder.toLowerCase()));
  const parts = [...folders, ...(suffix === '' ? [] : [suffix])];
  if (parts.length === 0) return [toName(fallback)];
  return parts.map((_, index) => toName(parts.slice(parts.length - 1 - index).join('-')));
}

function toName(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 100);
}

function contextOf(dockerfile: string): string {
  const folder = posix.dirname(dockerfile);
  const plain = /^(Dockerfile|Containerfile)$/.test(posix.basename(dockerfile));
  if (HOLDERS.has(posix.basename(folder).toLowerCase())) return posix.dirname(folder);
  return plain ? folder : '.';
}
