import { posix } from 'node:path';
import type { Effects } from '../model/effects.ts';
import type { SourceEvent } from '../model/plan.ts';
import { askGit } from './git.ts';

/** What a run changes, or why nobody can say. Paths are relative to the folder of slipway.yml; those above it begin with `../`. */
export type ChangedFiles =
  | {
      readonly known: true;
      /** The commit it was compared with. */
      readonly base: string;
      readonly paths: readonly string[];
      /** Symbolic links of the commit: what is reached through one is known by another name. */
      readonly links: readonly string[];
    }
  | { readonly known: false; readonly reason: string };

const DEEPER = 'check out with fetch-depth: 0';

/** Asks git what the commit of the event changes: a pull request against the branch it goes to, a push against what was there before. Never throws. */
export async function findChangedFiles(effects: Effects, directory: string, event: SourceEvent): Promise<ChangedFiles> {
  if (event.base === undefined) return unknown('the event names no commit to compare with');
  const git = async (...words: readonly string[]) => askGit(effects, directory, words);
  const head = (await git('rev-parse', '--verify', '--quiet', 'HEAD^{commit}')).text?.trim();
  if (head === undefined) return unknown('the folder is no clone of the repository');
  if (head !== event.commit) return unknown('what is checked out is not the commit of the event');
  const base = await chooseBase(git, event);
  if (base === undefined) return unknown(`the clone does not have the commit to compare with (${DEEPER})`);
  const [diff, prefix, index] = await Promise.all([
    git('diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', '--no-textconv', base, 'HEAD', '--'),
    git('rev-parse', '--show-prefix'),
    git('ls-files', '--stage', '-z', '--full-name', ':/'),
  ]);
  if (diff.text === undefined || prefix.text === undefined || index.text === undefined)
    return unknown('git could not say what changed');
  const top = prefix.text.replace(/\n$/, '');
  const below = (path: string): string => posix.relative(top, path);
  return { known: true, base, paths: listPaths(diff.text).map(below), links: listLinks(index.text).map(below) };
}

/** The merge that GitHub tests has the branch as its first parent; that branch may have moved on since the event. */
async function chooseBase(
  git: (...words: readonly string[]) => ReturnType<typeof askGit>,
  { base = '', head }: SourceEvent,
): Promise<string | undefined> {
  const parents = (await git('rev-parse', '--verify', '--quiet', 'HEAD^2')).text?.trim();
  if (head !== undefined && parents === head)
    return (await git('rev-parse', '--verify', '--quiet', 'HEAD^1')).text?.trim();
  const there = await git('cat-file', '-e', `${base}^{commit}`);
  if (there.text === undefined) return undefined;
  // A merge base that a shallow clone does not show is none: its absence is no answer.
  return head === undefined ? base : (await git('merge-base', base, 'HEAD')).text?.trim();
}

function unknown(reason: string): ChangedFiles {
  return { known: false, reason };
}

function listPaths(text: string): readonly string[] {
  return text.split('\0').filter((path) => path !== '');
}

const LINK = /^120000 [0-9a-f]+ \d\t/;

function listLinks(text: string): readonly string[] {
  return listPaths(text).flatMap((entry) => (LINK.test(entry) ? entry.replace(LINK, '') : []));
}
