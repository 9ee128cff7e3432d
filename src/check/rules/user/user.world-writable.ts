import { z } from 'zod';
import type { FileEntry } from '../../../model/facts.ts';
import type { Finding } from '../../../model/verdict.ts';
import {
  failWithFew,
  isBelow,
  placeInImage,
  selectEntries,
  showMode,
  showPath,
  splitByBase,
  storedPath,
} from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';

const settings = z.strictObject({
  allow: z.array(z.string()).default([]).describe('Paths that anybody may write, with all below them.'),
});

/** Places that exist to be written by anybody. */
const SHARED = ['tmp', 'var/tmp', 'dev'];

/** Files that anybody may write, and folders where anybody may replace them (no sticky bit); symlinks have no mode of their own. */
export const userWorldWritable = defineRule({
  id: 'user.world-writable',
  title: 'Nothing the image adds can be written by everybody',
  severity: 'warning',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['files'],
  settings,
  check({ files }, { settings: { allow } }) {
    const allowed = [...SHARED, ...allow.map(storedPath)];
    const { own, inherited } = splitByBase(selectEntries(files.entries(), isOpen));
    const findings = own.filter(({ path }) => !isBelow(path, allowed)).map(describe);
    return failWithFew(findings, `none of its own, ${String(inherited)} in the base image`);
  },
});

function isOpen({ kind, mode }: FileEntry): boolean {
  if (kind === 'file') return (mode & 0o002) !== 0;
  return kind === 'directory' && (mode & 0o002) !== 0 && (mode & 0o1000) === 0;
}

function describe({ path, kind, mode }: FileEntry): Finding {
  return {
    message: `${kind === 'directory' ? 'folder' : 'file'} ${showPath(path)} can be written by everybody`,
    seen: showMode(mode),
    allowed: kind === 'directory' ? 'not writable for others, or sticky (1777)' : 'not writable for others',
    ...placeInImage(path),
    remedy:
      'Copy it with a mode of its own (COPY --chmod=u=rwX,go=rX) or give it to the user that writes it (COPY --chown).',
  };
}
