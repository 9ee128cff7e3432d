import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeProcesses } from '../../src/io/processes.ts';
import { readHistory } from '../../src/plan/commit-history.ts';
import { cloneRepository, commitAll, runGit } from '../support/git-clones.ts';

let folder = '';
let full = '';
let shallow = '';
const commits: string[] = [];
let other = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-test-'));
  const origin = join(folder, 'origin');
  await runGit(folder, 'init', '-q', '-b', 'main', origin);
  for (const text of ['one', 'two', 'three']) commits.push(await commitAll(origin, text));
  await runGit(origin, 'checkout', '-q', '-b', 'other', commits[0] ?? '');
  other = await commitAll(origin, 'elsewhere');
  await runGit(origin, 'checkout', '-q', 'main');
  full = await cloneRepository(origin, join(folder, 'full'));
  shallow = await cloneRepository(origin, join(folder, 'shallow'), '--depth', '1');
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const effects = { processes: makeProcesses(), signal: new AbortController().signal };
const historyOf = (directory: string, commit: string) => readHistory(effects, directory, commit);

test('a complete clone places every commit', async () => {
  const [one = '', two = '', three = ''] = commits;
  const history = historyOf(full, two);
  expect(await history.compare(two)).toEqual({ standing: 'same' });
  expect(await history.compare(one)).toEqual({ standing: 'older' });
  expect(await history.compare(three)).toEqual({ standing: 'newer' });
  expect(await history.compare(other)).toEqual({ standing: 'apart' });
  expect(await history.compare('f'.repeat(40))).toEqual({ standing: 'apart' });
  expect(await history.recent()).toEqual([two, one]);
});

test('a shallow clone says that it is one, and what to do', async () => {
  const [one = '', , three = ''] = commits;
  const history = historyOf(shallow, three);
  expect(await history.compare(three)).toEqual({ standing: 'same' });
  expect(await history.compare(one)).toEqual({
    standing: 'unknown',
    why: 'this clone is shallow and does not show it (actions/checkout: fetch-depth: 0)',
  });
  expect(await history.recent()).toEqual([three]);
});

test('what the push itself says comes before needs no clone', async () => {
  const [one = '', two = '', three = ''] = commits;
  const history = readHistory(effects, shallow, three, [two]);
  expect(await history.compare(two)).toEqual({ standing: 'older' });
  expect(await history.compare(one)).toMatchObject({ standing: 'unknown' });
  expect(await history.recent()).toEqual([three, two]);
});

test.each([
  ['no full commit', () => full, '--all', /not named in full/],
  ['an abbreviation', () => full, 'abcdef1', /not named in full/],
  ['no repository', () => folder, 'f'.repeat(40), /not in a git repository/],
])('undecided: %s', async (_, directory, commit, why) => {
  const [one = ''] = commits;
  expect(await historyOf(directory(), one).compare(commit)).toEqual({
    standing: 'unknown',
    why: expect.stringMatching(why),
  });
});

test('a commit that the clone does not have itself is not placed', async () => {
  expect(await historyOf(full, 'e'.repeat(40)).compare(commits[0] ?? '')).toEqual({
    standing: 'unknown',
    why: 'git does not have the commit that is published',
  });
});
