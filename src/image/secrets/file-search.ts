import type { LayerHit, LayerSecrets, SecretRule } from '../../model/secrets.ts';
import { isAllowed, isSystemKey } from './allowed.ts';
import { archiveKind, readMembers } from './archive.ts';
import { assignedFile } from './assigned.ts';
import { fingerprintOf, hashSecret, maskSecret } from './hit.ts';
import { NAMED_LIMIT, type NamedFile, namedFile } from './named-files.ts';
import { REACH, searchBytes } from './search.ts';
import { type Narrow, narrowText } from './wide-text.ts';

/** Searches the bodies of a passing archive for secrets that nobody named. */
export interface FileSearch {
  readonly open: (path: string, size: number) => void;
  readonly body: (chunk: Buffer, start: number, end: number) => void;
  readonly close: () => void;
  /** Bytes behind the archive's end. */
  readonly after: (chunk: Buffer, start: number) => void;
  /** Everything found, in archive order. */
  readonly finish: () => LayerSecrets;
}

const MOST_HITS = 1000;
const MOST_IN_FILE = 50;
/** Archives are held whole to look into them; larger ones are searched as they are. */
const ARCHIVE_LIMIT = 2 ** 24;
/** Bytes before the first unsearched one that a pattern may look back at. */
const BACK = 512;
/** Stands for the path of what follows the archive in a layer. */
const BEHIND = '(behind the end of the archive)';

interface OpenFile {
  readonly path: string;
  readonly size: number;
  readonly named: NamedFile | undefined;
  /** Copies of the body where it is needed whole. */
  readonly held: Buffer[] | undefined;
  /** Hashes of what was found in it. */
  readonly found: Set<string>;
  narrow: Narrow | undefined;
  seen: number;
  /** What the next piece continues: the last bytes, of which those from `from` on are not searched yet. */
  rest: Buffer;
  from: number;
}

type Keep = (file: OpenFile, path: string, rule: SecretRule, kind: string, secret: string) => void;

/** One search for one layer. */
export function searchFiles(): FileSearch {
  const { keep, found } = collectHits();
  let file: OpenFile | undefined;
  const close = (): void => {
    // Only the bytes behind the archive have no length that says where they end.
    if (file !== undefined && file.seen < file.size) searchPiece(file, NOTHING, true, keep);
    file = undefined;
  };
  const open = (path: string, size: number): void => {
    file = size === 0 ? undefined : openFile(path, size);
  };
  const body = (chunk: Buffer, start: number, end: number): void => {
    if (file !== undefined) takeBody(file, chunk.subarray(start, end), keep);
  };
  return {
    open,
    body,
    close,
    after: (chunk, start) => {
      if (file === undefined) open(BEHIND, Infinity);
      body(chunk, start, chunk.length);
    },
    finish: () => {
      close();
      return found();
    },
  };
}

const NOTHING = Buffer.alloc(0);

function collectHits(): { readonly keep: Keep; readonly found: () => LayerSecrets } {
  const hits: LayerHit[] = [];
  let cut = false;
  return {
    found: () => ({ hits, cut }),
    keep: (file, path, rule, kind, secret) => {
      const hash = hashSecret(secret);
      if (file.found.has(hash) || isAllowed(path, hash) || isSystemKey(path, kind)) return;
      file.found.add(hash);
      if (file.found.size > MOST_IN_FILE || hits.length >= MOST_HITS) cut = true;
      else {
        const fingerprint = fingerprintOf(rule, path, hash);
        hits.push({ rule, kind, path: `/${path}`, masked: maskSecret(secret), fingerprint });
      }
    },
  };
}

function openFile(path: string, size: number): OpenFile {
  const named = size <= NAMED_LIMIT ? (namedFile(path) ?? assignedFile(path)) : undefined;
  const whole = named !== undefined || (size <= ARCHIVE_LIMIT && archiveKind(path) !== undefined);
  const held = whole ? [] : undefined;
  return { path, size, named, held, found: new Set(), narrow: undefined, seen: 0, rest: NOTHING, from: 0 };
}

function takeBody(file: OpenFile, piece: Buffer, keep: Keep): void {
  if (file.seen === 0) file.narrow = narrowText(piece);
  file.seen += piece.length;
  const last = file.seen >= file.size;
  file.held?.push(Buffer.from(piece));
  // What a file made for credentials holds is told by its own rule before the patterns see it.
  if (last) searchWhole(file, keep);
  searchPiece(file, file.narrow === undefined ? piece : file.narrow(piece), last, keep);
}

function searchPiece(file: OpenFile, piece: Buffer, last: boolean, keep: Keep): void {
  const bytes = file.rest.length === 0 ? piece : Buffer.concat([file.rest, piece]);
  const to = last ? bytes.length : Math.max(file.from, bytes.length - REACH);
  searchBytes(bytes, file.from, to, ({ kind, secret }) => {
    keep(file, file.path, file.named?.rule ?? 'secret.layers', kind, secret);
  });
  if (last) return;
  const kept = Math.max(0, to - BACK);
  file.rest = Buffer.from(bytes.subarray(kept));
  file.from = to - kept;
}

/** What needs the file whole: the form of a file made for credentials, and the members of an archive. */
function searchWhole(file: OpenFile, keep: Keep): void {
  if (file.held === undefined) return;
  const whole = Buffer.concat(file.held);
  const { named, path } = file;
  if (named !== undefined) {
    const text = (narrowText(whole)?.(whole) ?? whole).toString('latin1');
    for (const secret of named.find(text)) keep(file, path, named.rule, named.kind, secret);
  }
  const kind = archiveKind(path);
  if (kind === undefined) return;
  for (const { name, bytes } of readMembers(kind, whole)) {
    searchBytes(bytes, 0, bytes.length, (found) => {
      keep(file, name === '' ? path : `${path}!${name}`, 'secret.layers', found.kind, found.secret);
    });
  }
}
