import { DamagedContent } from './damage.ts';

/** What an entry's name means in a layer (OCI image spec, "Representing changes"). */
export type LayerName =
  | { readonly kind: 'entry' | 'whiteout' | 'opaque'; readonly path: string }
  /** The root directory itself, or old AUFS bookkeeping: nothing of it is visible. */
  | { readonly kind: 'nothing' };

/**
 * A name as a path below the image's root without leading slash: `.` and empty parts dropped, inner `..` resolved.
 * A name that climbs out of the root is DamagedContent: one engine refuses it, another clamps it, no builder writes it.
 */
export function normalisePath(name: string): string {
  requireUnpackable(name);
  if (LONG_PART.test(name)) {
    throw new DamagedContent(
      `tar entry ${JSON.stringify(`${name.slice(0, 60)}…`)} has a longer name than a file can have`,
    );
  }
  if (!NEEDS_WORK.test(name)) return name;
  const parts: string[] = [];
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) {
      throw new DamagedContent(`tar entry ${JSON.stringify(name)} leaves the image's root`);
    }
  }
  return parts.join('/');
}

/** Linux takes no longer path (PATH_MAX with its NUL byte), so no engine unpacks one; the bound also keeps trees shallow. */
const PATH_LIMIT = 4095;

/** DamagedContent for a name or link target that no engine could unpack. */
export function requireUnpackable(name: string): void {
  if (name.length <= PATH_LIMIT) return;
  throw new DamagedContent(`tar entry ${JSON.stringify(`${name.slice(0, 60)}…`)} is longer than a path can be`);
}

/** More than NAME_MAX of Linux and the mark of a whiteout. */
const LONG_PART = /[^/]{260}/;
const NEEDS_WORK = /^\/|\/$|\/\/|(?:^|\/)\.{1,2}(?:\/|$)|^$/;
const PREFIX = '.wh.';
const OPAQUE = '.wh..wh..opq';
const BOOKKEEPING = '.wh..wh.';

/** Tells whiteouts and opaque markers from entries. */
export function readLayerName(name: string): LayerName {
  const path = normalisePath(name);
  if (path === '') return { kind: 'nothing' };
  if (!path.includes(PREFIX)) return { kind: 'entry', path };
  const slash = path.lastIndexOf('/');
  const base = path.slice(slash + 1);
  const folder = slash < 0 ? '' : path.slice(0, slash);
  if (isBookkeeping(base === OPAQUE ? folder : path)) return { kind: 'nothing' };
  if (base === OPAQUE) return { kind: 'opaque', path: folder };
  if (!base.startsWith(PREFIX)) return { kind: 'entry', path };
  const hidden = base.slice(PREFIX.length);
  if (hidden === '' || hidden === '.' || hidden === '..') {
    throw new DamagedContent(`whiteout ${JSON.stringify(name)} names nothing`);
  }
  return { kind: 'whiteout', path: folder === '' ? hidden : `${folder}/${hidden}` };
}

function isBookkeeping(path: string): boolean {
  return path.startsWith(BOOKKEEPING) || path.includes(`/${BOOKKEEPING}`);
}
