import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ActionResult, makeRepository, type Repository, runAction, type RunnerEvent } from '../support/dist.ts';
import { findProgram, type RealRegistry, startDockerRegistry } from '../support/docker-registry.ts';
import { type GitHubDouble, startGitHub } from '../support/github/double.ts';
import {
  eventOf,
  type EventRow,
  FORK_REPOSITORY,
  HEAD_SHA,
  pullRequest,
  REPOSITORY,
  storedPull,
} from '../support/github/payloads.ts';
import { EVERYTHING, FORK, type Permissions } from '../support/github/state.ts';
import { ALLOW_GROWTH } from '../../src/pipeline/growth-override.ts';

const MINUTES = 5 * 60_000;
const program = findProgram('docker-registry');
const GOOD = 'FROM python:3.11-slim\nUSER 10001:10001\nCMD ["python", "-c", "import time; time.sleep(1)"]\n';
const ROOT = GOOD.replace('USER 10001:10001\n', '');
const GROWN = GOOD.replace('USER', 'RUN head -c 9000000 /dev/urandom > /opt/weights\nUSER');
const config = (registry: string): string =>
  `registry: ${registry}/team\nimages:\n  tool: { dockerfile: Dockerfile, kind: job, size: { growth: { percent: 1%, at-least: 1MB } } }\n`;

let project: Repository;
let registry: RealRegistry;
let double: GitHubDouble;

interface Job {
  readonly run: string;
  readonly permissions?: Permissions;
  readonly reports?: string;
  readonly command?: string;
  readonly informational?: boolean;
}

/** A job of a workflow run for the event, its API and artifacts those of the double. */
async function runJob(
  event: RunnerEvent,
  { run, permissions = EVERYTHING, reports, command = 'ship', informational = false }: Job,
): Promise<ActionResult> {
  const env = {
    ...event.env,
    ...double.jobEnv(run, 'gate'),
    GITHUB_JOB: 'images',
    GITHUB_SERVER_URL: 'https://github.com',
  };
  const inputs = {
    command,
    reports: reports ?? 'summary, check, comment',
    'github-token': double.token(permissions),
    informational: String(informational),
  };
  const result = await runAction(project, inputs, { env, payload: event.payload });
  // The runner takes these lines in and shows none of them.
  const shown = result.stdout.replace(/^::add-mask::.*$/gm, '');
  expect(`${shown}${result.stderr}${result.summary}`).not.toContain(inputs['github-token']);
  return result;
}

async function write(dockerfile: string): Promise<void> {
  await project.write({ Dockerfile: dockerfile });
}

const imageOf = async () => (await project.record()).images[0];

(program === undefined ? describe.skip : describe)('the action as GitHub runs it', () => {
  beforeAll(async () => {
    registry = await startDockerRegistry(program ?? '');
    double = await startGitHub(REPOSITORY);
    project = await makeRepository({ Dockerfile: GOOD, 'slipway.yml': config(registry.host) });
    double.state.pulls.push(storedPull());
    for (let index = 0; index < 200; index += 1)
      double.state.comments.push({
        id: index + 1,
        issue: 12,
        body: `what I think ${String(index)}`,
        login: 'who',
        type: 'User',
        edits: 0,
      });
  }, MINUTES);
  afterAll(async () => {
    await double.stop();
    await registry.stop();
    await project.remove();
  });
  const own = () => double.state.comments.filter(({ type }) => type === 'Bot');

  // In this order: what the default branch publishes first is what the others are compared with, and what the tag promotes.
  test.each<[EventRow, Permissions, string | readonly string[], boolean]>([
    ['push to the default branch', EVERYTHING, ['sha-', 'main'], true],
    ['push to another branch', EVERYTHING, 'only the default branch and version tags publish', true],
    ['pull request', EVERYTHING, 'a pull request publishes nothing', true],
    [
      'pull request of a fork',
      FORK,
      'fork: a pull request from a fork or by Dependabot has no identity to publish with',
      false,
    ],
    [
      'pull request of Dependabot',
      FORK,
      'fork: a pull request from a fork or by Dependabot has no identity to publish with',
      false,
    ],
    ['merge group', EVERYTHING, 'a merge group publishes nothing', true],
    ['schedule', EVERYTHING, ['sha-', 'main'], true],
    ['dispatch', EVERYTHING, ['sha-', 'main'], true],
    ['version tag', EVERYTHING, ['1.2.3', '1.2', '1', 'latest'], true],
  ])(
    'at a %s says what was built, checked and published, or why not',
    async (row, permissions, outcome, writes) => {
      const before = double.state.checks.length;
      const result = await runJob(eventOf(row, project.commit), { run: `1${String(before)}`, permissions });
      expect(result).toMatchObject({ exitCode: 0, outputs: { verdict: 'passed' } });
      const record = await project.record();
      const image = record.images[0];
      expect(image).toMatchObject({ name: 'tool', status: 'built', blocked: [] });
      if (typeof outcome === 'string') {
        expect([record.publish.decided, record.publish.reason, image?.published]).toEqual([false, outcome, undefined]);
        expect(result.summary).toContain('publish: skipped');
      } else {
        const tags = image?.published?.tags.map(({ tag }) => tag.replace(/^sha-[0-9a-f]+$/, 'sha-'));
        expect(tags?.toSorted()).toEqual([...outcome].toSorted());
      }
      if (writes) {
        const commit = row === 'pull request' ? HEAD_SHA : project.commit;
        expect(double.state.checks.slice(before)).toEqual([
          expect.objectContaining({ head_sha: commit, conclusion: 'success' }),
        ]);
      } else {
        expect(double.state.checks).toHaveLength(before);
        expect(result.summary).toMatch(/check.*not written, the token of a fork or of Dependabot only reads/);
      }
      expect(own()).toEqual([]);
    },
    MINUTES,
  );

  test(
    'blocks a pull request with a check, a line and one comment, which the next run edits: 200 others are there',
    async () => {
      await write(ROOT);
      const first = await runJob(eventOf('pull request', project.commit), { run: '31' });
      expect(first).toMatchObject({ exitCode: 1, outputs: { verdict: 'blocked' } });
      const check = double.state.checks.at(-1);
      expect(check).toMatchObject({
        conclusion: 'failure',
        head_sha: HEAD_SHA,
        output: { title: '1 of 1 image blocked' },
      });
      expect(check?.annotations).toContainEqual(
        expect.objectContaining({ path: 'Dockerfile', annotation_level: 'failure', title: 'tool: user.config' }),
      );
      expect(own()).toEqual([expect.objectContaining({ issue: 12, edits: 0 })]);
      const [mark, ...lines] = (own()[0]?.body ?? '').split('\n');
      expect(mark).toMatch(/^<!-- slipway [0-9a-f]{12} -->$/);
      expect(lines.join('\n')).toBe(first.summary);
      expect(lines[0]).toBe('### ❌ images: 1 of 1 image blocked');
      expect(lines[2]).toMatch(/^\*\*tool\*\* .* → /);
      const informed = await runJob(eventOf('pull request', project.commit), { run: '33', informational: true });
      expect(informed).toMatchObject({ exitCode: 0, outputs: { verdict: 'informational' } });
      expect(double.state.checks.at(-1)).toMatchObject({ conclusion: 'neutral' });
      await write(GOOD);
      const second = await runJob(eventOf('pull request', project.commit), { run: '32' });
      expect(second.exitCode).toBe(0);
      expect(own()).toEqual([
        expect.objectContaining({ edits: 2, body: expect.stringContaining('✅ images: 1 image proven') }),
      ]);
      expect(double.state.comments).toHaveLength(201);
    },
    MINUTES,
  );

  test(
    'a fork is judged alike with a token that only reads; report on the default branch writes what it could not',
    async () => {
      await write(ROOT);
      double.state.comments.length = 0;
      double.state.pulls.length = 0;
      double.state.pulls.push(storedPull({ head: { sha: HEAD_SHA, ref: 'feature', repository: FORK_REPOSITORY } }));
      const checks = double.state.checks.length;
      const judged = await runJob(eventOf('pull request of a fork', project.commit), { run: '77', permissions: FORK });
      expect(judged).toMatchObject({ exitCode: 1, outputs: { verdict: 'blocked' } });
      expect(judged.summary).toMatch(/comment.*not written, the token of a fork/);
      expect([own(), double.state.checks.length]).toEqual([[], checks]);
      double.state.runs.push({
        ...{ id: 77, event: 'pull_request', path: '.github/workflows/images.yml', conclusion: 'failure' },
        ...{ head_sha: HEAD_SHA, head_branch: 'feature', head_repository: FORK_REPOSITORY },
      });
      const report = await runJob(eventOf('workflow run', project.commit), {
        run: '78',
        reports: 'check, comment',
        command: 'report',
      });
      expect([report.exitCode, report.stderr]).toEqual([0, 'report: #12 says what the run 77 found']);
      expect(own()).toEqual([
        expect.objectContaining({ issue: 12, body: expect.stringContaining('### ❌ images: 1 of 1 image blocked') }),
      ]);
      expect(double.state.checks.slice(checks)).toEqual([
        expect.objectContaining({ name: 'slipway (fork)', head_sha: HEAD_SHA, conclusion: 'failure' }),
      ]);
    },
    MINUTES,
  );

  test(
    'growth blocks, and the label lets it through and stands in the record',
    async () => {
      await write(GROWN);
      double.state.pulls.length = 0;
      double.state.pulls.push(storedPull());
      const grown = await runJob(eventOf('pull request', project.commit), { run: '41' });
      expect([grown.exitCode, (await imageOf())?.blocked]).toEqual([1, ['size.growth-vs-main failed']]);
      expect(grown.summary).toContain('#### Why bigger');
      double.state.pulls.length = 0;
      double.state.pulls.push(storedPull({ labels: [ALLOW_GROWTH] }));
      const allowed = await runJob(pullRequest(project.commit, {}), { run: '42' });
      expect(allowed.exitCode).toBe(0);
      const outcome = (await imageOf())?.outcomes.find(({ rule }) => rule === 'size.growth-vs-main');
      expect(outcome).toMatchObject({ status: 'waived', reason: `label ${ALLOW_GROWTH} of pull request #12` });
      expect(allowed.summary).toContain('allow');
    },
    MINUTES,
  );
});
