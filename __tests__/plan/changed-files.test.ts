import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { makeProcesses } from '../../src/io/processes.ts';
import type { SourceEvent } from '../../src/model/plan.ts';
import { findChangedFiles } from '../../src/plan/changed-files.ts';
import { makeFolder } from '../support/folder.ts';
import { makePlanEffects } from '../support/plan-effects.ts';

const IDENTITY = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false'];
function git(folder: string, ...argv: readonly string[]): string {
  const env = { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', HOME: folder };
  return execFileSync('git', ['-C', folder, ...IDENTITY, ...argv], { encoding: 'utf8', env, stdio: 'pipe' }).trim();
}
async function commit(folder: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', 'next');
  return git(folder, 'rev-parse', 'HEAD');
}
const event = (change: Partial<SourceEvent>): SourceEvent => ({ name: 'push', dirty: false, fork: false, ...change });
const find = (folder: string, change: Partial<SourceEvent>) =>
  findChangedFiles(makePlanEffects({ processes: makeProcesses() }), folder, event(change));

/** A branch with one more commit than main, main with one more than where they part, and the merge that GitHub would test. */
async function makePullRequest() {
  const folder = await makeFolder({});
  git(folder, 'init', '--quiet', '--initial-branch=main');
  const first = await commit(folder, { 'a.txt': 'a', 'moved/from.txt': 'one line\n'.repeat(20), 'app/x.py': '1' });
  git(folder, 'checkout', '--quiet', '-b', 'topic');
  git(folder, 'mv', 'moved/from.txt', 'moved/to.txt');
  const head = await commit(folder, { 'app/ä b\n.py': '2' });
  git(folder, 'checkout', '--quiet', 'main');
  const main = await commit(folder, { 'elsewhere.txt': 'main moved on' });
  git(folder, 'merge', '--quiet', '--no-ff', '--no-edit', 'topic');
  return { folder, first, head, main, merge: git(folder, 'rev-parse', 'HEAD') };
}

test('a pull request is compared with the branch it is merged into, as that is by now; renames count on both sides', async () => {
  const { folder, first, head, main, merge } = await makePullRequest();
  const paths = ['app/ä b\n.py', 'moved/from.txt', 'moved/to.txt'];
  expect(await find(folder, { name: 'pull_request', commit: merge, base: first, head })).toEqual({
    known: true,
    base: main,
    paths,
    links: [],
  });
  expect(await find(join(folder, 'app'), { commit: merge, base: first, head })).toMatchObject({
    paths: ['ä b\n.py', '../moved/from.txt', '../moved/to.txt'],
  });
});

test('a push is compared with what was there before, whatever that was', async () => {
  const { folder, first, main } = await makePullRequest();
  git(folder, 'checkout', '--quiet', '--detach', main);
  expect(await find(folder, { commit: main, base: first })).toMatchObject({ paths: ['elsewhere.txt'], base: first });
});

test('symbolic links are named, since what they lead to goes by two names', async () => {
  const folder = await makeFolder({ 'a.txt': 'a' });
  git(folder, 'init', '--quiet');
  const base = await commit(folder, {});
  await symlink('a.txt', join(folder, 'link'));
  const next = await commit(folder, {});
  await rm(join(folder, 'link'));
  expect(await find(folder, { commit: next, base })).toMatchObject({ paths: ['link'], links: ['link'] });
});

test('what nobody can say is never taken for nothing', async () => {
  const { folder, first, head, merge } = await makePullRequest();
  const shallow = await makeFolder({});
  git(shallow, 'clone', '--quiet', '--depth=1', `file://${folder}`, 'clone');
  const clone = join(shallow, 'clone');
  const deeper = /does not have the commit to compare with \(check out with fetch-depth: 0\)/;
  expect(await find(clone, { commit: merge, base: first, head })).toMatchObject({
    reason: expect.stringMatching(deeper),
  });
  expect(await find(folder, { commit: merge })).toMatchObject({ reason: expect.stringMatching(/names no commit/) });
  expect(await find(folder, { commit: first, base: first })).toMatchObject({
    reason: expect.stringMatching(/not the commit of the event/),
  });
  expect(await find(await makeFolder({}), { commit: first, base: first })).toMatchObject({
    reason: expect.stringMatching(/no clone/),
  });
});
