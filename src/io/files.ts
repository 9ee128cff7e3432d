import { randomBytes } from 'node:crypto';
import { createReadStream, rmSync, type Dirent } from 'node:fs';
import { lstat, mkdir, open, readdir, readFile, realpath, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { Files, FileStat, WalkedFile } from '../model/effects.ts';
import { fileFault, guard, systemCode } from './file-faults.ts';
import { makeOwnedFolder, makeOwner, removeLeftovers } from './temporary-folders.ts';

export interface FilesOptions {
  /** The folder that temporary folders are made in; they are removed when the process ends. */
  readonly temporary: string;
  /** Id of the run, which stands in the names of its temporary folders. */
  readonly run?: string;
}

/** The machine's file system. */
export function makeFiles({ temporary, run = '00000000' }: FilesOptions): Files {
  const owner = makeOwner(run);
  return {
    readText: (path) => guard('read', path, () => readFile(path, 'utf8')),
    readBytes: (path) => guard('read', path, () => readFile(path)),
    open: (path, part) => guard('read', path, () => openStream(path, part)),
    stat: readStat,
    list: (path) => guard('list', path, async () => (await readdir(path)).sort()),
    walk: (path, descend) => walk(path, '', descend),
    writeAtomic: (path, content) => guard('write', path, () => writeAtomic(path, content)),
    makeDirectory: (path) => guard('make the folder', path, () => makeFolder(path)),
    async makeTemporary(prefix) {
      const path = await guard('make a folder in', temporary, () => makeOwnedFolder(temporary, prefix, owner));
      rememberTemporary(path);
      return path;
    },
    async remove(path) {
      await guard('remove', path, () => rm(path, { recursive: true, force: true }));
      made.delete(path);
    },
    removeLeftovers: (left) => removeLeftovers(temporary, left),
    realPath: (path) => guard('resolve', path, () => realpath(path)),
    freeBytes: (path) => guard('ask the free space of', path, () => readFreeBytes(path)),
  };
}

const made = new Set<string>();
let watching = false;

function rememberTemporary(path: string): void {
  made.add(path);
  if (watching) return;
  watching = true;
  process.once('exit', () => {
    for (const left of made) rmSync(left, { recursive: true, force: true });
  });
}

async function openStream(path: string, part?: Parameters<Files['open']>[1]): Promise<AsyncIterable<Uint8Array>> {
  const handle = await open(path, 'r');
  if (part?.length === 0) {
    await handle.close();
    return Readable.from([]);
  }
  const range = part === undefined ? {} : { start: part.offset, end: part.offset + part.length - 1 };
  return createReadStream(path, { fd: handle, highWaterMark: 2 ** 18, ...range });
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
}

async function readStat(path: string): Promise<FileStat | undefined> {
  try {
    const found = await stat(path);
    return { size: found.size, directory: found.isDirectory() };
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
    throw fileFault(error, 'look at', path);
  }
}

async function readFreeBytes(path: string): Promise<number> {
  const found = await statfs(path);
  return found.bavail * found.bsize;
}

async function* walk(
  root: string,
  below: string,
  descend: ((path: string) => boolean) | undefined,
): AsyncIterable<WalkedFile> {
  const folder = join(root, below);
  const entries = await guard('list', folder, () => readdir(folder, { withFileTypes: true }));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const found = await Promise.all(entries.map((entry) => describe(root, below, entry)));
  for (const file of found) {
    if (file === undefined) continue;
    yield file;
    if (file.type === 'directory' && (descend?.(file.path) ?? true)) yield* walk(root, file.path, descend);
  }
}

/** Undefined when the entry went away while we walked. */
async function describe(root: string, below: string, entry: Dirent): Promise<WalkedFile | undefined> {
  const path = below === '' ? entry.name : `${below}/${entry.name}`;
  if (entry.isDirectory()) return { path, size: 0, type: 'directory' };
  try {
    const { size } = await lstat(join(root, path));
    return { path, size, type: entry.isSymbolicLink() ? 'symlink' : entry.isFile() ? 'file' : 'other' };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw fileFault(error, 'look at', join(root, path));
  }
}

async function writeAtomic(path: string, content: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const handle = await open(beside, 'wx');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
