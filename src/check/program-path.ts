import type { FileEntry, FileFacts } from '../model/file-facts.ts';
import type { ImageRuntimeConfig } from '../model/image.ts';
import { isExecutable, searchPath } from './program.ts';

/** The value of an environment variable of an image; the last one wins, as for an engine. */
export function readEnv(config: Pick<ImageRuntimeConfig, 'env'>, name: string): string | undefined {
  return config.env.findLast((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** Where a program of this name is found, absolute and with no symlink followed; undefined when the image has none. */
export function locateProgram(files: FileFacts, name: string, config: ImageRuntimeConfig): string | undefined {
  const places = name.includes('/')
    ? [joinPath(config.workingDirectory, name)]
    : searchPath(config).map((folder) => joinPath(folder, name));
  return places.find((place) => isProgram(files.resolve(place)));
}

function isProgram(entry: FileEntry | undefined): boolean {
  return entry?.kind === 'file' && isExecutable(entry);
}

/** An absolute path, `.` and `..` worked out by their names. */
export function joinPath(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
