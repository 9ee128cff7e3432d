import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeProcesses } from '../../src/io/processes.ts';
import type { Effects } from '../../src/model/effects.ts';
import { describeActionsEvent, parsePayload } from '../../src/plan/actions-event.ts';
import { detectEvent } from '../../src/plan/event.ts';
import { parseStatus } from '../../src/plan/git.ts';
import { makeFolder } from '../support/folder.ts';
import { makePlanEffects } from '../support/plan-effects.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

function withGit(env: Readonly<Record<string, string>> = {}): Effects {
  return makePlanEffects({ env, processes: makeProcesses() });
}

const IDENTITY = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false'];
function git(folder: string, ...argv: readonly string[]): string {
  const env = {
    PATH: process.env['PATH'],
    GIT_CONFIG_NOSYSTEM: '1',
    HOME: folder,
    GIT_COMMITTER_DATE: '1700000000 +0000',
  };
  return execFileSync('git', ['-C', folder, ...IDENTITY, ...argv], { encoding: 'utf8', env }).trim();
}

async function makeRepository(branch = 'main'): Promise<string> {
  const folder = await makeFolder({ 'a.txt': 'a', 'below/b.txt': 'b' });
  git(folder, 'init', '--quiet', '--initial-branch', branch);
  git(folder, 'add', '.');
  git(folder, 'commit', '--quiet', '--message', 'first');
  return folder;
}

test('a clean work tree has commit, branch and time', async () => {
  const folder = await makeRepository();
  expect(await detectEvent(withGit(), join(folder, 'below'))).toEqual({
    name: 'command-line',
    commit: git(folder, 'rev-parse', 'HEAD'),
    branch: 'main',
    commitTime: 1_700_000_000,
    dirty: false,
    fork: false,
  });
});

test.each([
  ['a changed file', 'a.txt'],
  ['a new file', 'new.txt'],
])('%s makes the tree dirty', async (_, name) => {
  const folder = await makeRepository();
  await writeFile(join(folder, name), 'changed');
  expect(await detectEvent(withGit(), folder)).toMatchObject({ dirty: true, branch: 'main' });
});

test('a detached HEAD has a commit and no branch, and says so', async () => {
  const folder = await makeRepository();
  git(folder, 'checkout', '--quiet', '--detach');
  const event = await detectEvent(withGit(), folder);
  expect(event).toMatchObject({
    commit: git(folder, 'rev-parse', 'HEAD'),
    note: 'HEAD is detached: there is no branch',
  });
  expect(event.branch).toBeUndefined();
});

test('a hostile branch name is only data, and the remote’s head names the default branch', async () => {
  const name = '$(touch${IFS}pwned)`id`;&|"quoted"-ü';
  const folder = await makeRepository(name);
  git(folder, 'update-ref', 'refs/remotes/origin/trunk', 'HEAD');
  git(folder, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk');
  expect(await detectEvent(withGit(), folder)).toMatchObject({ branch: name, defaultBranch: 'trunk', dirty: false });
});

test('a repository without a commit, a folder without a repository, a machine without git', async () => {
  const empty = await makeFolder({});
  git(empty, 'init', '--quiet');
  expect(await detectEvent(withGit(), empty)).toMatchObject({ note: 'the branch has no commit yet', dirty: false });
  const none = await makeFolder({});
  expect(await detectEvent(withGit(), none)).toEqual({
    name: 'command-line',
    dirty: false,
    fork: false,
    note: 'the folder is not in a git repository',
  });
  expect(await detectEvent(makePlanEffects(), none)).toMatchObject({
    note: 'git could not be started (is it on PATH?)',
  });
});

test('git’s status is read by records, so that a file called like a header changes nothing', () => {
  expect(parseStatus(`# branch.oid ${COMMIT}\0# branch.head main\0`)).toEqual({
    commit: COMMIT,
    branch: 'main',
    dirty: false,
  });
  expect(parseStatus(`# branch.oid ${COMMIT}\0# branch.head main\0? # branch.head evil\0`)).toEqual({
    commit: COMMIT,
    branch: 'main',
    dirty: true,
  });
});

const home = { full_name: 'octo/app', default_branch: 'main' };
const env = {
  GITHUB_ACTIONS: 'true',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_SHA: COMMIT,
  GITHUB_REPOSITORY: 'octo/app',
  GITHUB_ACTOR: 'someone',
};
function pull(head: string | null, login = 'someone'): string {
  const repo = head === null ? null : { full_name: head };
  return JSON.stringify({ repository: home, pull_request: { head: { ref: 'topic', repo }, user: { login } } });
}

test.each([
  [
    'a push',
    {},
    JSON.stringify({ repository: home }),
    { name: 'push', branch: 'main', defaultBranch: 'main', fork: false },
  ],
  ['a tag', { GITHUB_REF: 'refs/tags/v1.0.0' }, JSON.stringify({ repository: home }), { tag: 'v1.0.0', fork: false }],
  [
    'a pull request',
    { GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/7/merge' },
    pull('octo/app'),
    { name: 'pull_request', branch: 'topic', fork: false },
  ],
  ['a fork', { GITHUB_EVENT_NAME: 'pull_request' }, pull('evil/app'), { fork: true }],
  ['a deleted fork', { GITHUB_EVENT_NAME: 'pull_request' }, pull(null), { fork: true }],
  [
    'a payload nobody can read',
    { GITHUB_EVENT_NAME: 'pull_request', GITHUB_HEAD_REF: 'topic' },
    '{',
    { branch: 'topic', fork: true },
  ],
  [
    'pull_request_target',
    { GITHUB_EVENT_NAME: 'pull_request_target' },
    pull('evil/app'),
    { name: 'other', fork: true },
  ],
  [
    'Dependabot by its user',
    { GITHUB_EVENT_NAME: 'pull_request' },
    pull('octo/app', 'dependabot[bot]'),
    { fork: true },
  ],
  [
    'Dependabot by its actor',
    { GITHUB_ACTOR: 'dependabot[bot]' },
    JSON.stringify({ repository: home }),
    { name: 'push', fork: true },
  ],
  [
    'a merge group',
    { GITHUB_EVENT_NAME: 'merge_group', GITHUB_REF: 'refs/heads/gh-readonly-queue/main/pr-1' },
    JSON.stringify({ repository: home }),
    { name: 'merge_group', fork: false },
  ],
  ['an event nobody knows', { GITHUB_EVENT_NAME: 'constructor' }, '[]', { name: 'other' }],
])('Actions: %s', (_, change, payload, expected) => {
  expect(describeActionsEvent({ ...env, ...change }, parsePayload(payload))).toMatchObject({
    dirty: false,
    ...expected,
  });
});

test('in Actions the payload’s file decides, and a missing one is no error', async () => {
  const folder = await makeFolder({ 'event.json': pull('evil/app') });
  const change = { ...env, GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: join(folder, 'event.json') };
  expect(await detectEvent(makePlanEffects({ env: change }), folder)).toMatchObject({
    name: 'pull_request',
    commit: COMMIT,
    fork: true,
  });
  const absent = { ...env, GITHUB_EVENT_PATH: join(folder, 'none.json') };
  expect(await detectEvent(makePlanEffects({ env: absent }), folder)).toMatchObject({ name: 'push', fork: false });
});

test('the commit’s time is taken only from a checkout of that commit', async () => {
  const folder = await makeRepository();
  const same = { ...env, GITHUB_SHA: git(folder, 'rev-parse', 'HEAD') };
  expect(await detectEvent(withGit(same), folder)).toMatchObject({ commitTime: 1_700_000_000, dirty: false });
  expect((await detectEvent(withGit(env), folder)).commitTime).toBeUndefined();
});

test('no payload makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      describeActionsEvent({ ...env, GITHUB_EVENT_NAME: 'pull_request' }, parsePayload(text));
    }),
  );
});

const [EARLIER, BETWEEN] = ['1'.repeat(40), '2'.repeat(40)];
test.each<[string, string, object, readonly string[] | undefined]>([
  [
    'a push',
    'push',
    { before: EARLIER, forced: false, commits: [{ id: BETWEEN }, { id: COMMIT }] },
    [EARLIER, BETWEEN],
  ],
  ['a forced push', 'push', { before: EARLIER, forced: true, commits: [{ id: BETWEEN }] }, [BETWEEN]],
  ['a new branch', 'push', { before: '0'.repeat(40), forced: false, commits: [] }, undefined],
  ['hostile values', 'push', { before: '--all', forced: false, commits: 'x' }, undefined],
  ['another event', 'workflow_dispatch', { before: EARLIER, forced: false }, undefined],
])('which commits come before: %s', (_, name, payload, ancestors) => {
  const env = { GITHUB_EVENT_NAME: name, GITHUB_SHA: COMMIT, GITHUB_REF: 'refs/heads/main' };
  expect(describeActionsEvent(env, parsePayload(JSON.stringify(payload))).ancestors).toEqual(ancestors);
});
