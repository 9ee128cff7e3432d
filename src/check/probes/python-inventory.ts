import type { FileEntry, FileFacts } from '../../model/file-facts.ts';
import type { PythonInterpreter } from '../../model/python-facts.ts';
import { isPythonName } from '../python/shebang.ts';

/** Where Python things lie in an image, found in one pass over its names. */
export interface PythonInventory {
  readonly interpreters: readonly PythonInterpreter[];
  /** Folders `lib/pythonX.Y/site-packages` and the like. */
  readonly siteFolders: readonly { readonly path: string; readonly prefix: string; readonly version?: string }[];
  /** Folders with a pyvenv.cfg. */
  readonly venvs: ReadonlySet<string>;
}

const SITE = /^(?:(?<prefix>.*)\/)?lib(?:32|64)?\/(?:python|pypy)(?<version>\d+\.\d+)t?\/(?:site|dist)-packages$/;
/** Debian's, shared by all versions of Python 3. */
const SHARED_SITE = /^(?<prefix>usr)\/lib\/python3\/dist-packages$/;
const INTERPRETER = /(?:^|\/)(?:python|pypy)(?<version>\d+\.\d+)t?$/;
const LIBRARY = /(?:^|\/)lib(?:python|pypy)(?<version>\d+\.\d+)t?(?:-c)?\.so(?:\.[\d.]+)?$/;

export function takeInventory(files: FileFacts): PythonInventory {
  const interpreters: PythonInterpreter[] = [];
  const siteFolders: { path: string; prefix: string; version?: string }[] = [];
  const venvs = new Set<string>();
  for (const entry of files.entries()) {
    if (entry.kind === 'directory') {
      const { prefix = '', version } = (SITE.exec(entry.path) ?? SHARED_SITE.exec(entry.path))?.groups ?? {};
      const isSite = SITE.test(entry.path) || SHARED_SITE.test(entry.path);
      if (isSite) siteFolders.push({ path: entry.path, prefix, ...(version === undefined ? {} : { version }) });
    } else if (entry.path.endsWith('/pyvenv.cfg')) {
      venvs.add(entry.path.slice(0, -'/pyvenv.cfg'.length));
    } else {
      const version = versionOf(files, entry);
      if (version !== undefined) interpreters.push({ path: entry.path, version });
    }
  }
  return { interpreters, siteFolders, venvs };
}

function versionOf(files: FileFacts, { path, kind, mode }: FileEntry): string | undefined {
  if (kind !== 'file') return undefined;
  if ((mode & 0o111) === 0) return LIBRARY.exec(path)?.groups?.['version'];
  return (INTERPRETER.exec(path) ?? LIBRARY.exec(path))?.groups?.['version'] ?? versionBeside(files, path);
}

/** An interpreter without a version in its name has its library beside it. */
export function versionBeside(files: FileFacts, program: string): string | undefined {
  if (!isPythonName(program)) return undefined;
  const folder = `${prefixOf(program)}/lib`;
  const library = files.children(folder).find((name) => {
    return /^(?:python|pypy)\d+\.\d+$/.test(name) && files.resolve(`${folder}/${name}/os.py`) !== undefined;
  });
  return library?.replace(/^\D+/, '');
}

/** The folder above `bin`. */
export function prefixOf(program: string): string {
  return program.split('/').slice(0, -2).join('/');
}
