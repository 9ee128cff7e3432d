import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findEndedRun, reportEndedRun } from '../src/fork-report.ts';
import { reportToGitHub } from '../src/github-reports.ts';
import type { RunRecord } from '../src/model/record.ts';
import { captureEffects } from './support/captured-effects.ts';
import { makeFolder } from './support/folder.ts';
import { artifactsAt, githubAt } from './support/github/client.ts';
import { type GitHubDouble, startGitHub } from './support/github/double.ts';
import { eventOf, FORK_REPOSITORY, HEAD_SHA, REPOSITORY, storedPull } from './support/github/payloads.ts';
import { FORK, type Permissions } from './support/github/state.ts';
import { textPlaces, withText } from './support/record-texts.ts';
import { HOSTILE, aHostileRecord, aPassingRecord, aRichRecord } from './support/rich-record.ts';

const EVERY = ['summary', 'check', 'comment', 'sarif'];
const COMMIT = 'c'.repeat(40);
let double: GitHubDouble;
beforeEach(async () => {
  double = await startGitHub(REPOSITORY);
  double.state.pulls.push(storedPull({ head: { sha: HEAD_SHA, ref: 'feature', repository: FORK_REPOSITORY } }));
});
afterEach(async () => {
  await double.stop();
});

/** The record of a run for the pull request. */
function ofPullRequest(record: RunRecord, fork: boolean): RunRecord {
  return { ...record, source: { ...record.source, event: 'pull_request', fork, pullRequest: 12, head: HEAD_SHA } };
}

/** What a job of the run 77 reports with a token of these permissions. */
async function report(record: RunRecord, permissions?: Permissions, reports: readonly string[] = EVERY) {
  const env = {
    ...double.jobEnv('77', 'gate'),
    GITHUB_ACTIONS: 'true',
    GITHUB_JOB: 'gate',
    GITHUB_REF: 'refs/pull/12/merge',
  };
  const world = { env, github: githubAt(double, double.token(permissions)), artifacts: artifactsAt(env) };
  return reportToGitHub(world, record, reports);
}

describe('a run that may write', () => {
  test('leaves a check at the head, one comment and its alerts, and nothing else', async () => {
    expect(await report(ofPullRequest(aRichRecord(), false))).toEqual([]);
    const { checks, comments, sarifs, artifacts } = double.state;
    expect(checks).toEqual([expect.objectContaining({ name: 'slipway', head_sha: HEAD_SHA, conclusion: 'failure' })]);
    expect(comments).toEqual([expect.objectContaining({ issue: 12, login: 'github-actions[bot]' })]);
    expect(sarifs).toEqual([expect.objectContaining({ commit: COMMIT, ref: 'refs/pull/12/merge' })]);
    expect(artifacts).toEqual([]);
  });

  test('writes only what was asked for, and no comment where there is nothing to say or no pull request', async () => {
    await report(ofPullRequest(aRichRecord(), false), undefined, ['summary', 'annotations']);
    expect(double.state.log).toEqual([]);
    const push = aRichRecord();
    expect(await report(push, undefined, ['comment', 'check'])).toEqual([]);
    expect(double.state.comments).toEqual([]);
    expect(double.state.checks[0]?.head_sha).toBe(push.source.commit);
  });

  test('leaves a check for each image where that is asked for, by its own outcomes, thirty at most', async () => {
    const rich = aRichRecord();
    const [first] = rich.images;
    if (first === undefined) throw new Error('no image');
    const [passing] = aPassingRecord().images;
    if (passing === undefined) throw new Error('no image');
    const fine = { ...passing, name: 'fine' };
    const record = ofPullRequest({ ...rich, images: [{ ...first, blocked: ['size.wasted failed'] }, fine] }, false);
    expect(await report({ ...record, problems: [] }, undefined, ['image-checks'])).toEqual([]);
    expect(double.state.checks.map(({ name, conclusion }) => [name, conclusion])).toEqual([
      [`slipway: ${first.name}`, 'failure'],
      ['slipway: fine', 'success'],
    ]);
    double.state.checks.length = 0;
    const problem = { kind: 'environment' as const, message: 'the registry is down' };
    await report({ ...record, images: [fine], problems: [problem] }, undefined, ['image-checks']);
    expect(double.state.checks.map(({ conclusion }) => conclusion)).toEqual(['failure']);
    double.state.checks.length = 0;
    const many = Array.from({ length: 32 }, (_, index) => ({ ...fine, name: `i${String(index)}` }));
    expect(await report({ ...record, images: many, problems: [] }, undefined, ['image-checks'])).toEqual([
      'image-checks: 2 images have none, 30 are written',
    ]);
    expect(double.state.checks).toHaveLength(30);
  });

  test('says what broke, and goes on', async () => {
    double.state.failures.push({ match: /check-runs/, status: 422, message: 'No commit found for SHA', times: 1 });
    expect(await report(ofPullRequest(aRichRecord(), false))).toEqual([
      expect.stringMatching(/^check: not written, POST .*422 No commit/),
    ]);
    expect(double.state.comments).toHaveLength(1);
  });

  test('says which permission the job does not grant', async () => {
    expect(await report(ofPullRequest(aRichRecord(), false), {})).toEqual([
      'check: not written, the job does not grant `checks: write`',
      'comment: not written, the job does not grant `pull-requests: write`',
      'sarif: not uploaded, the job does not grant `security-events: write`',
    ]);
  });

  test('without a token says so', async () => {
    expect(await reportToGitHub({ env: { GITHUB_ACTIONS: 'true' } }, aRichRecord(), EVERY)).toEqual([
      'check: not written, the input github-token is empty',
      'comment: not written, the input github-token is empty',
    ]);
    expect(await reportToGitHub({ env: {} }, aRichRecord(), EVERY)).toEqual([]);
  });
});

describe('the notes of a release', () => {
  const tagged = (record: RunRecord): RunRecord => ({
    ...record,
    source: { ...record.source, event: 'push', tag: 'v1.2.3' },
  });
  const write = (record: RunRecord, permissions: Permissions = { contents: 'write' }) =>
    report(record, permissions, ['release']);

  test('get a section that is written anew, and people’s words stay around it', async () => {
    double.state.releases.push({ id: 5, tag: 'v1.2.3', body: 'We fixed things.\n' });
    expect(await write(tagged(aPassingRecord()))).toEqual([]);
    const [release] = double.state.releases;
    expect(release?.body).toMatch(
      /^We fixed things\.\n\n<!-- slipway: images -->\n## Images\n[^]*\| api \| 163 MB \/ 462 MB \| main \| registry\.example/,
    );
    if (release !== undefined) release.body = release.body.replace('163 MB', '1 MB').concat('And more.\n');
    await write(tagged(aPassingRecord()));
    expect(release?.body).toMatch(/163 MB[^]*<!-- slipway: end -->\nAnd more\.\n$/);
    expect(release?.body.match(/## Images/g)).toHaveLength(1);
    const before = double.state.log.length;
    await write(tagged(aPassingRecord()));
    expect(double.state.log.slice(before).filter((line) => line.startsWith('PATCH'))).toEqual([]);
  });

  test('hold no markup of a record', async () => {
    double.state.releases.push({ id: 5, tag: 'v1.2.3', body: '' });
    const record = aHostileRecord();
    await write({ ...record, source: { ...record.source, tag: 'v1.2.3' } });
    expect(double.state.releases[0]?.body).toContain('## Images');
    expect(double.state.releases[0]?.body).not.toMatch(/<img|<script|@team|\]\(b\)/);
  });

  test('are left alone, and why is said', async () => {
    expect(await write(aPassingRecord())).toEqual([]);
    expect(await write(tagged(aPassingRecord()))).toEqual(['release: there is none of the tag v1.2.3 to write into']);
    double.state.releases.push({ id: 5, tag: 'v1.2.3', body: 'x'.repeat(124_900) });
    expect(await write(tagged(aPassingRecord()))).toEqual([
      'release: its notes are as they were, there is no room in them',
    ]);
    expect(await write(tagged({ ...aPassingRecord(), images: [] }))).toEqual([
      'release: its notes are as they were, nothing was published',
    ]);
    double.state.releases.length = 0;
    double.state.releases.push({ id: 5, tag: 'v1.2.3', body: '' });
    expect(await write(tagged(aPassingRecord()), { contents: 'read' })).toEqual([
      'release: not written, the job does not grant `contents: write`',
    ]);
  });
});

/** `command: report` on the default branch after the run 77 has ended. */
async function reportEnded() {
  const captured = captureEffects({ GITHUB_REPOSITORY: REPOSITORY, GITHUB_SERVER_URL: 'https://github.com' });
  const { env, output } = captured.effects;
  const github = githubAt(double, double.token());
  const result = await reportEndedRun({ env, output, github }, '77', ['check', 'comment']);
  return { ...result, text: captured.text() };
}

function endRun(change: object = {}): void {
  double.state.runs.push({
    ...{ id: 77, event: 'pull_request', path: '.github/workflows/images.yml', conclusion: 'failure' },
    ...{ head_sha: HEAD_SHA, head_branch: 'feature', head_repository: FORK_REPOSITORY },
    ...change,
  });
}

describe('a run of a fork', () => {
  const NOTES = [
    'check: not written, the token of a fork or of Dependabot only reads',
    'comment: not written, the token of a fork or of Dependabot only reads',
    'sarif: not uploaded, the token of a fork or of Dependabot only reads',
  ];

  test('says what it left out; report.yml writes it afterwards, once, and edits it for the next run', async () => {
    expect(await report(ofPullRequest(aRichRecord(), true), FORK)).toEqual(NOTES);
    const { state } = double;
    expect([state.checks, state.comments, state.sarifs]).toEqual([[], [], []]);
    expect(state.artifacts.map(({ name }) => name)).toEqual(['slipway-report.gate.1']);
    endRun();
    expect(await reportEnded()).toMatchObject({ exitCode: 0, text: 'report: #12 says what the run 77 found\n' });
    expect(state.checks).toEqual([
      expect.objectContaining({ name: 'slipway (fork)', head_sha: HEAD_SHA, conclusion: 'failure' }),
    ]);
    expect(state.comments).toEqual([expect.objectContaining({ issue: 12, edits: 0 })]);
    expect(state.comments[0]?.body).toContain(
      'as [run 77](https://github.com/team/project/actions/runs/77) of stranger/project tells it, which ended with failure',
    );
    await reportEnded();
    expect(state.comments).toHaveLength(1);
  });

  test.each([
    ['another pull request', { pullRequest: 1 }],
    ['another commit', { head: 'd'.repeat(40) }],
    ['no fork at all', { fork: false }],
  ])('cannot speak for %s, whatever its record says', async (_name, source) => {
    double.state.pulls.push({ number: 1, head: { sha: 'd'.repeat(40), ref: 'victim' } });
    const record = ofPullRequest(aRichRecord(), true);
    await report({ ...record, source: { ...record.source, ...source } }, FORK);
    endRun();
    await reportEnded();
    expect(double.state.comments.map(({ issue }) => issue)).toEqual([12]);
    expect(double.state.checks.map(({ head_sha: sha }) => sha)).toEqual([HEAD_SHA]);
  });

  test('is never green by what it says of itself', async () => {
    await report(ofPullRequest(aPassingRecord(), true), FORK);
    endRun();
    await reportEnded();
    expect(double.state.checks[0]?.conclusion).toBe('failure');
    double.state.runs.length = 0;
    endRun({ conclusion: 'success' });
    await reportEnded();
    expect(double.state.checks[1]?.conclusion).toBe('neutral');
  });

  test('of Dependabot or a job without the permission is no fork, and no better than how it ended', async () => {
    double.state.pulls.length = 0;
    double.state.pulls.push(storedPull());
    await report(ofPullRequest(aPassingRecord(), true), FORK);
    for (const conclusion of ['success', 'cancelled']) {
      double.state.runs.length = 0;
      endRun({ head_repository: REPOSITORY, conclusion });
      await reportEnded();
    }
    expect(double.state.checks.map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ['slipway', 'success'],
      ['slipway', 'failure'],
    ]);
  });

  test('puts nothing but text into the comment', async () => {
    const rich = aRichRecord();
    const hostile = textPlaces(rich).reduce((record, place) => withText(record, place, HOSTILE), rich);
    await report(ofPullRequest(hostile, true), FORK);
    endRun({ head_repository: FORK_REPOSITORY, conclusion: 'failure' });
    await reportEnded();
    const body = double.state.comments[0]?.body ?? '';
    expect(body).not.toContain(HOSTILE);
    expect(body.replace(/^(`{3,})text\n[^]*?\n\1$/gm, '')).not.toMatch(/<img|<script|@team|!\[/);
  });

  test.each([
    [
      'whose newest commit is another',
      () => {
        double.state.pulls.length = 0;
        double.state.pulls.push(
          storedPull({ head: { sha: 'e'.repeat(40), ref: 'feature', repository: FORK_REPOSITORY } }),
        );
      },
      /no open pull request/,
    ],
    [
      'that is closed',
      () => {
        double.state.pulls.length = 0;
        double.state.pulls.push(
          storedPull({ state: 'closed', head: { sha: HEAD_SHA, ref: 'feature', repository: FORK_REPOSITORY } }),
        );
      },
      /no open pull request/,
    ],
    [
      'of a branch of the same name elsewhere',
      () => {
        double.state.pulls.length = 0;
        double.state.pulls.push(storedPull({ head: { sha: HEAD_SHA, ref: 'feature', repository: 'stranger/other' } }));
      },
      /no open pull request/,
    ],
  ])('says nothing in a pull request %s', async (_name, change, message) => {
    await report(ofPullRequest(aRichRecord(), true), FORK);
    endRun();
    change();
    expect(await reportEnded()).toMatchObject({ exitCode: 0, text: expect.stringMatching(message) });
    expect([double.state.comments, double.state.checks]).toEqual([[], []]);
  });

  test('with two configs has a comment and a check for each', async () => {
    const record = ofPullRequest(aRichRecord(), true);
    await report(record, FORK);
    const other = { ...record, config: { ...record.config, file: 'ml/slipway.yml' } };
    const store = artifactsAt(double.jobEnv('77', 'other'), 'ml/slipway.yml');
    await store.put('slipway-report.gate.1', Buffer.from(JSON.stringify(other)));
    endRun();
    await reportEnded();
    expect(double.state.comments).toHaveLength(2);
    expect(double.state.checks.map(({ name }) => name)).toEqual(['slipway (fork)', 'slipway (ml/slipway.yml) (fork)']);
  });

  test('that left something else than a record is refused', async () => {
    await artifactsAt(double.jobEnv('77')).put('slipway-report.gate.1', Buffer.from('{"schema":"other"}'));
    endRun();
    await expect(reportEnded()).rejects.toThrow(/not a slipway record/);
  });

  test('of another event, or one that wrote its reports itself, is passed over and said so', async () => {
    endRun({ event: 'push' });
    expect((await reportEnded()).text).toMatch(/about no pull request/);
    double.state.runs.length = 0;
    endRun();
    expect((await reportEnded()).text).toMatch(/wrote its reports itself/);
  });
});

describe('the end of a run', () => {
  test('is told by GitHub, in that event alone', async () => {
    const { payload, env } = eventOf('workflow run', COMMIT);
    const folder = await makeFolder({ 'event.json': JSON.stringify(payload), 'other.json': '{}' });
    const { effects } = captureEffects();
    const find = (file: string, change: object = {}) =>
      findEndedRun({ files: effects.files, env: { ...env, GITHUB_EVENT_PATH: `${folder}/${file}`, ...change } });
    expect(await find('event.json')).toBe('77');
    expect(await find('event.json', { GITHUB_EVENT_NAME: 'push' })).toBeUndefined();
    expect(await find('absent.json')).toBeUndefined();
    await expect(find('other.json')).rejects.toThrow(/does not say which run/);
  });
});
