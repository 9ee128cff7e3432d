import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { findGitHub } from '../../src/io/github.ts';
import { Fault } from '../../src/model/fault.ts';
import { type Check, isDenied } from '../../src/model/github.ts';
import { githubAt } from '../support/github/client.ts';
import { type GitHubDouble, startGitHub } from '../support/github/double.ts';
import { FORK } from '../support/github/state.ts';

const HEAD = 'a'.repeat(40);
let double: GitHubDouble;
beforeAll(async () => {
  double = await startGitHub();
  double.state.pulls.push({ number: 12, head: { sha: HEAD, ref: 'feature/a:b c' }, labels: ['one', 'two'] });
});
afterEach(() => {
  double.state.failures.length = 0;
  double.state.log.length = 0;
});
afterAll(async () => {
  await double.stop();
});

const check = (annotations: number, change: Partial<Check> = {}): Check => ({
  ...{ name: 'images', commit: HEAD, conclusion: 'failure', title: 't', summary: 's', externalId: '1' },
  annotations: Array.from({ length: annotations }, (_, index) => ({
    ...{ path: 'Dockerfile', line: index + 1, level: 'failure' as const, message: `m${String(index)}`, title: 'rule' },
  })),
  ...change,
});

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Fault) return error;
  throw new Error(`no Fault: ${String(error)}`);
}

describe('a check run', () => {
  test.each([
    [0, [0]],
    [50, [50]],
    [51, [50, 1]],
    [120, [50, 50, 20]],
  ])('of %i annotations takes as many calls as GitHub needs, in order', async (count, calls) => {
    const page = await githubAt(double, double.token()).publishCheck(check(count));
    const stored = double.state.checks.at(-1);
    expect(page).toMatch(/^https:\/\/github\.com\/team\/project\/runs\/\d+$/);
    expect(stored).toMatchObject({ name: 'images', head_sha: HEAD, conclusion: 'failure', calls });
    expect(stored?.annotations.map(({ message }) => message)).toEqual(
      check(count).annotations.map((one) => one.message),
    );
  });

  test('whose further annotations fail is not made twice, and says how many are there', async () => {
    double.state.failures.push({ match: /^PATCH/, status: 502, times: 1 });
    const fault = await faultOf(githubAt(double, double.token()).publishCheck(check(120)));
    expect(fault.message).toMatch(/^it is there with 50 of 120 annotations: PATCH /);
    expect(double.state.checks.at(-1)?.calls).toEqual([50]);
  });

  test('that GitHub’s description refuses is refused here', async () => {
    const fault = await faultOf(
      githubAt(double, double.token()).publishCheck(check(0, { summary: 'x'.repeat(65_536) })),
    );
    expect(fault).toMatchObject({ kind: 'user', message: expect.stringMatching(/422 Invalid request.*summary/) });
    expect(isDenied(fault)).toBe(false);
  });
});

describe('comments', () => {
  test('are read to the last page, written and edited', async () => {
    const github = githubAt(double, double.token());
    for (let index = 0; index < 230; index += 1)
      double.state.comments.push({
        id: index + 1,
        issue: 12,
        body: `c${String(index)}`,
        login: 'who',
        type: 'User',
        edits: 0,
      });
    expect((await github.listComments(12)).map(({ body }) => body)).toHaveLength(230);
    expect(double.state.log).toHaveLength(3);
    const written = await github.createComment(12, 'hello');
    expect(written).toMatchObject({ author: 'github-actions[bot]', bot: true, body: 'hello' });
    expect(await github.updateComment(written.id, 'bye')).toMatchObject({ id: written.id, body: 'bye' });
    expect((await github.listComments(12)).at(-1)).toMatchObject({ body: 'bye' });
  });

  test('are not written twice when the answer is lost', async () => {
    double.state.failures.push({ match: /^POST .*comments/, status: 502, times: 1, done: true });
    const before = double.state.comments.length;
    expect(await faultOf(githubAt(double, double.token()).createComment(12, 'once'))).toMatchObject({
      kind: 'environment',
    });
    expect(double.state.comments).toHaveLength(before + 1);
  });
});

describe('what the token may not do', () => {
  test.each([
    ['a fork’s', FORK],
    ['one without any permission', {}],
  ])('is denied with %s token, and the remedy names the permission', async (_name, permissions) => {
    const github = githubAt(double, double.token(permissions));
    const fault = await faultOf(github.publishCheck(check(1)));
    expect(isDenied(fault)).toBe(true);
    expect(fault).toMatchObject({
      kind: 'user',
      message: expect.stringMatching(/403 Resource not accessible by integration$/),
      remedy: expect.stringContaining('`checks: write`'),
    });
    expect(isDenied(await faultOf(github.createComment(12, 'x')))).toBe(true);
  });

  test('a wrong token is shown nowhere', async () => {
    const token = ['ghs', 'x'.repeat(36)].join('_');
    const fault = await faultOf(githubAt(double, token).listComments(12));
    expect(isDenied(fault)).toBe(true);
    expect(`${fault.message}${fault.remedy ?? ''}${fault.stack ?? ''}`).not.toContain(token);
  });

  test('who it is, is known of a person alone', async () => {
    expect(await githubAt(double, double.token({}, 'somebody')).whoAmI()).toBe('somebody');
    expect(await githubAt(double, double.token()).whoAmI()).toBeUndefined();
  });
});

describe('what passes by itself', () => {
  const soon = String(Math.floor(Date.parse('2026-01-02T03:04:15Z') / 1000));
  test.each([
    ['a server error', { status: 502 }],
    [
      'a limit with a time',
      { status: 403, headers: { 'retry-after': '7' }, message: 'You have exceeded a secondary rate limit' },
    ],
    ['a limit without one', { status: 403, message: 'You have exceeded a secondary rate limit. Please wait.' }],
    [
      'a spent budget',
      {
        status: 403,
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': soon },
        message: 'API rate limit exceeded',
      },
    ],
    ['too many requests', { status: 429, headers: { 'retry-after': '1' } }],
  ])('%s is asked again, and said so', async (_name, failure) => {
    double.state.failures.push({ match: /^GET .*\/pulls\/12$/, times: 1, ...failure });
    const lines: string[] = [];
    const pull = await githubAt(double, double.token(), (line) => lines.push(line)).pullRequest(12);
    expect(pull).toEqual({
      number: 12,
      open: true,
      merged: false,
      headSha: HEAD,
      headRepository: 'team/project',
      labels: ['one', 'two'],
    });
    expect(lines).toEqual([expect.stringMatching(/attempt 2 of 5/)]);
  });

  test('a limit that lasts longer than a minute is not waited for, and is nobody’s lack of permission', async () => {
    double.state.failures.push({ match: /pulls/, status: 403, headers: { 'retry-after': '900' }, times: 9 });
    const fault = await faultOf(githubAt(double, double.token()).pullRequest(12));
    expect(fault).toMatchObject({ kind: 'environment', remedy: expect.stringContaining('later') });
    expect(isDenied(fault)).toBe(false);
    expect(double.state.log).toHaveLength(1);
  });

  test('what does not pass is given up after five attempts', async () => {
    double.state.failures.push({ match: /pulls/, status: 503, times: 9 });
    expect(await faultOf(githubAt(double, double.token()).pullRequest(12))).toMatchObject({
      kind: 'environment',
      message: expect.stringMatching(/\(5 attempts\)$/),
    });
  });

  test('an answer that is not GitHub’s is an error of the way there', async () => {
    double.state.failures.push({ match: /pulls/, status: 200, times: 9 });
    expect(await faultOf(githubAt(double, double.token()).pullRequest(12))).toMatchObject({ kind: 'environment' });
  });
});

describe('pull requests, runs and the rest', () => {
  test('a branch name is data, whatever it looks like', async () => {
    const github = githubAt(double, double.token());
    expect((await github.openPullRequests('team', 'feature/a:b c')).map(({ number }) => number)).toEqual([12]);
    expect(await github.openPullRequests('other', 'feature/a:b c')).toEqual([]);
    expect((await github.pullRequestsOf(HEAD)).map(({ number }) => number)).toEqual([12]);
  });

  test('jobs, runs, changed files, caches and code scanning', async () => {
    const { state } = double;
    const github = githubAt(double, double.token());
    state.jobs.set('77', [
      {
        id: 1,
        name: 'gpu (api)',
        status: 'queued',
        conclusion: null,
        labels: ['self-hosted', 'gpu'],
        runner_name: '',
        started_at: '2026-01-02T03:04:05Z',
      },
      {
        id: 2,
        name: 'build',
        status: 'completed',
        conclusion: 'success',
        labels: ['ubuntu-latest'],
        runner_name: 'one',
      },
    ]);
    expect(await github.listJobs('77')).toEqual([
      { id: 1, name: 'gpu (api)', status: 'queued', labels: ['self-hosted', 'gpu'], startedAt: '2026-01-02T03:04:05Z' },
      { id: 2, name: 'build', status: 'completed', conclusion: 'success', labels: ['ubuntu-latest'], runner: 'one' },
    ]);
    state.runs.push({
      id: 77,
      event: 'push',
      path: '.github/workflows/x.yml',
      head_sha: HEAD,
      head_branch: 'main',
      head_repository: 'team/project',
      status: 'in_progress',
    });
    expect(await github.workflowRun('77')).toMatchObject({
      id: '77',
      event: 'push',
      status: 'in_progress',
      headSha: HEAD,
    });
    expect((await github.runsOf(HEAD)).map(({ id }) => id)).toEqual(['77']);
    state.compared.push('api/Dockerfile', 'README.md');
    expect(await github.compare('main', HEAD)).toEqual({ files: ['api/Dockerfile', 'README.md'], complete: true });
    expect(await github.cacheUsage()).toEqual({ bytes: 9_500_000_000, count: 12 });
    await github.uploadSarif({ commit: HEAD, ref: 'refs/heads/main', sarif: '{"version":"2.1.0"}' });
    expect(state.sarifs).toEqual([{ commit: HEAD, ref: 'refs/heads/main', sarif: { version: '2.1.0' } }]);
  });
});

describe('where the API is', () => {
  test('is what the runner says, on an Enterprise Server too', () => {
    expect(findGitHub({ GITHUB_REPOSITORY: 'a/b' }).api.href).toBe('https://api.github.com/');
    const own = { GITHUB_REPOSITORY: 'a/b', GITHUB_API_URL: 'https://ghe.example.com/api/v3' };
    expect(findGitHub(own).api.href).toBe('https://ghe.example.com/api/v3');
  });
  test.each([
    { GITHUB_REPOSITORY: 'a/b', GITHUB_API_URL: 'http://example.com' },
    { GITHUB_REPOSITORY: 'a/b', GITHUB_API_URL: 'nonsense' },
    { GITHUB_REPOSITORY: '../x' },
  ])('is refused as %j', (env) => {
    expect(() => findGitHub(env)).toThrow(Fault);
  });
});
