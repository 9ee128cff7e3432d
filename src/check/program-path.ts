import type { FileEntry, FileFacts } from '../model/file-facts.ts';
import type { ImageRuntimeConfig } from '../model/image.ts';

/** What engines set when an image says nothing (moby, oci/defaults). */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

type Surroundings = Pick<ImageRuntimeConfig, 'env' | 'workingDirectory'>;

/** The value of an environment variable of an image; the last one wins, as for an engine. */
export function readEnv(config: Pick<ImageRuntimeConfig, 'env'>, name: string): string | undefined {
  return config.env.findLast((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** The folders programs are looked for in, absolute. */
export function programFolders(config: Surroundings): readonly string[] {
  const path = readEnv(config, 'PATH') ?? DEFAULT_PATH;
  return path.split(':').map((folder) => joinPath(config.workingDirectory, folder));
}

/** Where a program of this name is found, absolute and with no symlink followed; undefined when the image has none. */
export function findProgram(files: FileFacts, name: string, config: Surroundings): string | undefined {
  const places = name.includes('/')
    ? [joinPath(config.workingDirectory, name)]
    : programFolders(config).map((folder) => joinPath(folder, name));
  return places.find((place) => isProgram(files.resolve(place)));
}

function isProgram(entry: FileEntry | undefined): boolean {
  return entry?.kind === 'file' && (entry.mode & 0o111) !== 0;
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
