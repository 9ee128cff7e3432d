import type { Files } from '../model/effects.ts';
import { DamagedContent } from './damage.ts';
import { normalisePath } from './layer-path.ts';
import { walkTar, type TarEntry } from './tar-walk.ts';

/** Where the body of a file lies in an archive. */
export interface ArchivedFile {
  readonly offset: number;
  readonly size: number;
}
/** An uncompressed tar archive whose files can be read without the ones before them. */
export interface ArchiveIndex {
  readonly path: string;
  /** Links of the archive are followed; undefined when there is no such file. */
  find(name: string): ArchivedFile | undefined;
  /** Why the archive could not be read to its end; what came before is there. */
  readonly damage?: DamagedContent;
}

const MOST_FILES = 1_000_000;
const MOST_LINKS = 40;

/** Passes over an archive once and remembers where its files lie. Throws a Fault when the file cannot be read. */
export async function indexArchive(files: Pick<Files, 'open'>, path: string): Promise<ArchiveIndex> {
  const found = new Map<string, ArchivedFile>();
  const links = new Map<string, string>();
  let position = 0;
  let open: { readonly entry: TarEntry; offset: number } | undefined;
  const walk = walkTar({
    entry: (entry) => {
      open = { entry, offset: 0 };
    },
    body: (_, start) => {
      if (open?.offset === 0) open.offset = position + start;
    },
    close: () => {
      if (open !== undefined) remember(open.entry, open.offset, found, links);
      open = undefined;
    },
  });
  let damage: DamagedContent | undefined;
  try {
    for await (const chunk of await files.open(path)) {
      walk.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      position += chunk.byteLength;
    }
    walk.end();
  } catch (error) {
    if (!(error instanceof DamagedContent)) throw error;
    damage = error;
  }
  return { path, find: (name) => follow(name, found, links), ...(damage === undefined ? {} : { damage }) };
}

function remember(entry: TarEntry, offset: number, found: Map<string, ArchivedFile>, links: Map<string, string>): void {
  const name = normalisePath(entry.name);
  const folder = name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : '';
  if (found.size + links.size > MOST_FILES) {
    throw new DamagedContent(`the archive holds more than ${String(MOST_FILES)} files`);
  }
  found.delete(name);
  links.delete(name);
  if (entry.type === 'file') found.set(name, { offset, size: entry.size });
  if (entry.type === 'hardlink') links.set(name, normalisePath(entry.linkName));
  if (entry.type === 'symlink') links.set(name, normalisePath(`${folder}/${entry.linkName}`));
}

function follow(
  name: string,
  found: ReadonlyMap<string, ArchivedFile>,
  links: ReadonlyMap<string, string>,
): ArchivedFile | undefined {
  let at = normalisePath(name);
  for (let steps = 0; steps < MOST_LINKS; steps += 1) {
    const link = links.get(at);
    if (link === undefined) return found.get(at);
    at = link;
  }
  return undefined;
}
