import { z } from 'zod';
import type { FileEntry } from '../../../model/facts.ts';
import { formatSize } from '../../../model/size.ts';
import type { Finding } from '../../../model/verdict.ts';
import { findAppFolders, isAppPath } from '../../app-paths.ts';
import { failWithFew, isBelow, placeInImage, showPath, storedPath } from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';

const settings = z.strictObject({
  allow: z.array(z.string()).default([]).describe('Paths that the program needs, with all below them.'),
});

const FOLDER =
  /^(?:tests?|__tests__|\.vscode|\.idea|\.github|\.gitlab|\.circleci|\.pytest_cache|\.mypy_cache|\.ruff_cache|\.tox|\.nox|\.nyc_output|\.ipynb_checkpoints|\.devcontainer)$/;
const FILE =
  /^(?:Dockerfile(?:\..+)?|.+\.Dockerfile|Containerfile|\.dockerignore|(?:docker-)?compose(?:\..+)?\.ya?ml|\.DS_Store|Thumbs\.db|\.coverage|npm-debug\.log.*|\.pre-commit-config\.yaml)$/;
const NODE_CACHE = /^(.*\/)?node_modules\/\.cache$/;

/** Tests, editor folders, Dockerfiles and tool caches in the app's own folders; packages bring what they bring. */
export const hygieneJunk = defineRule({
  id: 'hygiene.junk',
  title: 'The app’s folders hold nothing that only developers need',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['files', 'image'],
  settings,
  check({ files, image }, { settings: { allow } }) {
    const folders = findAppFolders(image);
    const allowed = allow.map(storedPath);
    const found = new Map<string, { bytes: number; files: number }>();
    let open: string | undefined;
    for (const entry of files.entries()) {
      if (open !== undefined && !isBelow(entry.path, [open])) open = undefined;
      if (open === undefined && isJunk(entry, folders) && !isBelow(entry.path, allowed)) open = entry.path;
      if (open !== undefined && entry.kind === 'file' && !entry.base) addFile(found, open, entry.size);
    }
    return failWithFew([...found].map(describe), 'none');
  },
});

function isJunk({ path, kind, base }: FileEntry, folders: readonly string[]): boolean {
  if (base && kind !== 'directory') return false;
  if (kind === 'directory' && NODE_CACHE.test(path)) return isBelow(path, folders);
  if (!isAppPath(path, folders)) return false;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return kind === 'directory' ? FOLDER.test(name) : kind === 'file' && FILE.test(name);
}

function addFile(found: Map<string, { bytes: number; files: number }>, path: string, size: number): void {
  const pile = found.get(path) ?? { bytes: 0, files: 0 };
  found.set(path, { bytes: pile.bytes + size, files: pile.files + 1 });
}

function describe([path, { bytes, files }]: readonly [string, { bytes: number; files: number }]): Finding {
  const how = files === 1 ? formatSize(bytes) : `${String(files)} files, ${formatSize(bytes)}`;
  return {
    message: `${showPath(path)} is of no use at run time (${how})`,
    seen: how,
    ...placeInImage(path),
    remedy: 'Put it into .dockerignore, or copy only the folders that the program needs.',
  };
}
