import type { FileEntry } from '../../../model/facts.ts';
import { formatSize } from '../../../model/size.ts';
import type { Finding } from '../../../model/verdict.ts';
import { failWithFew, placeInImage, showPath } from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';
import { noSettings } from '../../settings.ts';

const INSIDE = /^((?:.*\/)?\.git)\/(.+)$/;

/** A repository's `.git` folder: its whole history, deleted files included, and often a token in its config. A `.git` file (worktree, submodule) holds nothing. */
export const hygieneGitDir = defineRule({
  id: 'hygiene.git-dir',
  title: 'No repository history is shipped',
  severity: 'error',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['files'],
  settings: noSettings,
  check({ files }) {
    const bytes = new Map<string, number>();
    const repositories = new Set<string>();
    for (const entry of files.entries()) addEntry(entry, bytes, repositories);
    const findings = [...repositories].map((path): Finding => {
      const seen = formatSize(bytes.get(path) ?? 0);
      return {
        message: `${showPath(path)} ships a repository's whole history (${seen})`,
        seen,
        allowed: 'no .git folder',
        ...placeInImage(path),
        remedy:
          'Put `.git` into .dockerignore; for what is cloned in the build, remove it in the same RUN or use ADD <repository>.git#<commit>.',
      };
    });
    return failWithFew(findings, 'none');
  },
});

function addEntry({ path, kind, size, base }: FileEntry, bytes: Map<string, number>, repositories: Set<string>): void {
  const [, folder, inner] = base ? [] : (INSIDE.exec(path) ?? []);
  if (folder === undefined) return;
  if (kind === 'file') bytes.set(folder, (bytes.get(folder) ?? 0) + size);
  // A folder called .git without these is no repository.
  if (inner === 'HEAD' || inner === 'config' || inner === 'objects') repositories.add(folder);
}
