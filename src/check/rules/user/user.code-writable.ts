import { z } from 'zod';
import type { AccountFacts, FileEntry } from '../../../model/facts.ts';
import type { ImageDescription } from '../../../model/image.ts';
import type { Finding, Judgement } from '../../../model/verdict.ts';
import { findAppFolders, isPackagePath } from '../../app-paths.ts';
import { resolveUser } from '../../image-user.ts';
import { failWithFew, isBelow, placeInImage, showMode, showPath, storedPath } from '../../path-findings.ts';
import { defineRule } from '../../rule.ts';

const settings = z.strictObject({
  writable: z.array(z.string()).default([]).describe('Data folders that the program writes, with all below them.'),
});

interface Runner {
  readonly uid: number;
  readonly groups: ReadonlySet<number>;
}

/** Program files (the app's folders, installed packages) that the run-time user may write: a fault in the program can then change the program. */
export const userCodeWritable = defineRule({
  id: 'user.code-writable',
  title: 'The program cannot write its own code',
  severity: 'off',
  keys: [],
  kinds: ['service', 'job'],
  needs: ['files', 'accounts', 'image'],
  instruction: 'USER',
  settings,
  check({ files, accounts, image }, { settings: { writable } }): Judgement {
    const user = resolveUser(image.config.user, accounts);
    if (!user.starts) return { status: 'undecided', reason: user.because };
    if (user.uid === 0) return { status: 'skipped', reason: 'the image runs as root, who may write everything' };
    const runner = { uid: user.uid, groups: groupsOf(image, accounts, user.uid) };
    const data = writable.map(storedPath);
    const app = findAppFolders(image);
    const findings: Finding[] = [];
    for (const entry of files.entries()) {
      if (!isCode(entry, app) || isBelow(entry.path, data) || !mayWrite(entry, runner)) continue;
      findings.push(describe(entry, user.uid));
    }
    return failWithFew(findings, `uid ${String(user.uid)} may write no code`);
  },
});

function isCode({ kind, path }: FileEntry, app: readonly string[]): boolean {
  if (kind !== 'file' && kind !== 'directory') return false;
  return isBelow(path, app) || isPackagePath(path);
}

function mayWrite({ mode, uid, gid }: FileEntry, runner: Runner): boolean {
  if (uid === runner.uid) return (mode & 0o200) !== 0;
  return (mode & (runner.groups.has(gid) ? 0o020 : 0o002)) !== 0;
}

/** The group USER names, else the account's own, and the groups that list the account. */
function groupsOf({ config }: ImageDescription, accounts: AccountFacts, uid: number): ReadonlySet<number> {
  const [, group = ''] = config.user.split(':');
  const account = accounts.passwd?.find((entry) => entry.uid === uid);
  if (group !== '') {
    const named = accounts.group?.find((entry) => entry.name === group)?.gid;
    return new Set([/^\d+$/.test(group) ? Number(group) : (named ?? 0)]);
  }
  const member = accounts.group?.filter(({ members }) => account !== undefined && members.includes(account.name));
  return new Set([account?.gid ?? 0, ...(member ?? []).map(({ gid }) => gid)]);
}

function describe(entry: FileEntry, uid: number): Finding {
  return {
    message: `${showPath(entry.path)} can be written by uid ${String(uid)}, which runs the program`,
    seen: `${showMode(entry.mode)} ${String(entry.uid)}:${String(entry.gid)}`,
    allowed: `not writable for uid ${String(uid)}`,
    ...placeInImage(entry.path),
    remedy: 'Copy code as root (no --chown) and give the user only the folders that hold data.',
  };
}
