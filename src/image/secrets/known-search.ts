import { z } from 'zod';
import { archiveKind, readMembers } from './archive.ts';
import type { KnownSearch } from './known-forms.ts';

/** What one layer holds of the known values: name and path, each once. */
export interface LayerKnown {
  readonly name: string;
  readonly path: string;
}
/** Looks at all bytes of a passing archive. */
export interface BodySearch {
  readonly open: (path: string, size: number) => void;
  readonly body: (chunk: Buffer, start: number, end: number) => void;
  readonly close: () => void;
  /** Bytes behind the archive's end. */
  readonly after: (chunk: Buffer, start: number) => void;
}

/** Stands for the path of what follows the archive in a layer. */
const BEHIND = '(behind the end of the archive)';
const ARCHIVE_LIMIT = 2 ** 24;

/** Searches names and bodies of files, and the members of archives one level deep, for known values. */
export function searchKnown(known: KnownSearch): BodySearch & { readonly found: () => readonly LayerKnown[] } {
  const found = new Map<string, LayerKnown>();
  let path = BEHIND;
  let rest = Buffer.alloc(0);
  let held: Buffer[] | undefined;
  const look = (bytes: Buffer, where: string): void => {
    for (const name of findKnown(known, bytes)) found.set(`${name}\0${where}`, { name, path: `/${where}` });
  };
  const take = (piece: Buffer): void => {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    look(bytes, path);
    rest = Buffer.from(bytes.subarray(Math.max(0, bytes.length - known.longest + 1)));
  };
  return {
    found: () => [...found.values()],
    open: (name, size) => {
      path = name;
      rest = Buffer.alloc(0);
      held = isSmallArchive(name, size) ? [] : undefined;
      look(Buffer.from(name, 'latin1'), name);
    },
    body: (chunk, start, end) => {
      const piece = chunk.subarray(start, end);
      held?.push(Buffer.from(piece));
      take(piece);
    },
    close: () => {
      const kind = archiveKind(path);
      if (held !== undefined && kind !== undefined) {
        for (const { name, bytes } of readMembers(kind, Buffer.concat(held))) {
          look(bytes, name === '' ? path : `${path}!${name}`);
        }
      }
      held = undefined;
      rest = Buffer.alloc(0);
      path = BEHIND;
    },
    after: (chunk, start) => {
      take(chunk.subarray(start));
    },
  };
}

function isSmallArchive(name: string, size: number): boolean {
  return size > 0 && size <= ARCHIVE_LIMIT && archiveKind(name) !== undefined;
}

/** Names of the known values in bytes that are at hand whole. */
export function findKnown(known: KnownSearch, bytes: Buffer): readonly string[] {
  const names = new Set<string>();
  known.find(bytes, 0, bytes.length, (needle) => names.add(known.names[needle] ?? ''));
  return [...names];
}

const FOUND = z.array(z.object({ name: z.string(), path: z.string() }));

/** What was kept of an earlier search of a layer; undefined when it is not readable. */
export function decodeKnown(bytes: Uint8Array): readonly LayerKnown[] | undefined {
  try {
    return FOUND.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
