import type { ImageDescription } from '../model/image.ts';
import { isBelow, storedPath } from './path-findings.ts';

/** Where people put programs of their own. */
const USUAL = ['app', 'srv', 'code', 'workspace', 'usr/src/app', 'opt/app', 'home/app', 'application'];
/** A WORKDIR there says nothing about where the program lies. */
const SYSTEM = ['bin', 'boot', 'dev', 'etc', 'lib', 'lib64', 'proc', 'root', 'run', 'sbin', 'sys', 'tmp', 'usr', 'var'];

/** The folders that hold the image's own program: its WORKDIR, unless that is a folder of the system, and the usual ones. */
export function findAppFolders({ config }: Pick<ImageDescription, 'config'>): readonly string[] {
  const work = storedPath(config.workingDirectory);
  const deep = work.startsWith('usr/src/') || work.startsWith('var/www') || work.startsWith('usr/local/src/');
  const own = work !== '' && (deep || !isBelow(work, SYSTEM));
  return [...new Set(own ? [work, ...USUAL] : USUAL)];
}

const PACKAGES = /(?:^|\/)(?:site-packages|dist-packages|node_modules|vendor|\.venv|venv)(?:\/|$)/;

/** Below a folder of installed packages: not the image's own code. */
export function isPackagePath(path: string): boolean {
  return PACKAGES.test(path);
}

/** The program's own files: in one of its folders and not an installed package. */
export function isAppPath(path: string, folders: readonly string[]): boolean {
  return isBelow(path, folders) && !isPackagePath(path);
}
