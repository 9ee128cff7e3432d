import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseRecord } from '../../src/model/record-parse.ts';
import type { RunRecord } from '../../src/model/record.ts';
import { type ActionResult, makeRepository, type Repository, runAction } from '../support/dist.ts';
import { findProgram, type RealRegistry, startDockerRegistry } from '../support/docker-registry.ts';
import { type GitHubDouble, startGitHub } from '../support/github/double.ts';
import { eventOf, type EventRow, REPOSITORY } from '../support/github/payloads.ts';
import { EVERYTHING, FORK } from '../support/github/state.ts';

const MINUTES = 3 * 60_000;
const program = findProgram('docker-registry');

let project: Repository;
let registry: RealRegistry;
let double: GitHubDouble;
/** Id of the last workflow run. */
let runs = 500;
beforeAll(async () => {
  if (program === undefined) return;
  registry = await startDockerRegistry(program);
  double = await startGitHub(REPOSITORY);
  project = await makeRepository({
    Dockerfile: 'FROM debian:bookworm-slim\nUSER 10001:10001\nCMD ["sh", "-c", "exec sleep 1"]\n',
    'slipway.yml': `registry: ${registry.host}/team\nstaging: ${registry.host}/staging\nimages:\n  tool: { dockerfile: Dockerfile, kind: job }\n`,
  });
}, MINUTES);
afterAll(async () => {
  if (program === undefined) return;
  await double.stop();
  await registry.stop();
  await project.remove();
});

type Result = 'success' | 'failure' | 'skipped';
interface Run {
  readonly jobs: Readonly<Record<string, Result>>;
  readonly gate: RunRecord;
  readonly verdict: string | undefined;
}

/** The jobs of images.yml for one event, one after the other, with the conditions of that file; each on a machine of its own. */
async function runWorkflow(row: EventRow, id: string): Promise<Run> {
  const event = eventOf(row, project.commit);
  const token = double.token(isUntrusted(row) ? FORK : EVERYTHING);
  const job = async (name: string, inputs: Record<string, string>): Promise<ActionResult> => {
    const output = join(dirname(project.output), `${id}-${name}`);
    const env = { ...event.env, ...double.jobEnv(id, name), GITHUB_JOB: name };
    return runAction(project, { output, 'github-token': token, ...inputs }, { env, payload: event.payload });
  };
  const resultOf = ({ exitCode }: ActionResult): Result => (exitCode === 0 ? 'success' : 'failure');
  const plan = await job('plan', { command: 'plan', workflow: 'images' });
  const only = plan.outputs['names'] ?? '';
  const jobs: Record<string, Result> = { plan: resultOf(plan), build: 'skipped', publish: 'skipped' };
  if ((plan.outputs['build'] ?? '') !== '')
    jobs['build'] = resultOf(await job('build', { command: 'stage', workflow: 'images', only: 'tool' }));
  if ((plan.outputs['publish'] ?? '') !== '')
    jobs['publish'] = resultOf(await job('publish', { command: 'publish', workflow: 'images', only }));
  const needs = Object.fromEntries(
    Object.entries(jobs).map(([name, result]) => [name, { result, outputs: name === 'plan' ? plan.outputs : {} }]),
  );
  const gate = await job('gate', { command: 'gate', needs: JSON.stringify(needs), reports: 'summary, check, comment' });
  expect(gate.summary).toMatch(/^### /);
  const path = join(dirname(project.output), `${id}-gate`, 'record.json');
  return {
    jobs: { ...jobs, gate: resultOf(gate) },
    gate: parseRecord(await readFile(path, 'utf8'), path),
    verdict: gate.outputs['verdict'],
  };
}
const isUntrusted = (row: EventRow): boolean => /fork|Dependabot/.test(row);

const NO_IDENTITY = 'fork: a pull request from a fork or by Dependabot has no identity to publish with';

interface Expected {
  readonly jobs?: Readonly<Record<string, Result>>;
  /** Tags, or why there are none. */
  readonly published: readonly string[] | string;
  readonly staged: boolean;
}

// In this order: what the default branch publishes first is what the tag promotes.
(program === undefined ? describe.skip : describe)(
  'images.yml at every event: what is built, staged, published',
  () => {
    test.each<[EventRow, Expected]>([
      ['push to the default branch', { published: ['sha-', 'main'], staged: true }],
      ['pull request', { published: 'a pull request publishes nothing', staged: true }],
      ['pull request of a fork', { published: NO_IDENTITY, staged: false }],
      ['pull request of Dependabot', { published: NO_IDENTITY, staged: false }],
      ['push to another branch', { published: 'only the default branch and version tags publish', staged: true }],
      ['merge group', { published: 'a merge group publishes nothing', staged: true }],
      ['version tag', { jobs: { build: 'skipped' }, published: ['1.2.3', '1.2', '1', 'latest'], staged: false }],
      ['schedule', { published: ['sha-', 'main'], staged: true }],
      ['dispatch', { published: ['sha-', 'main'], staged: true }],
    ])(
      '%s: the gate reports, and says why',
      async (row, { jobs = {}, published, staged }) => {
        const checks = double.state.checks.length;
        runs += 1;
        const run = await runWorkflow(row, String(runs));
        const decided = typeof published !== 'string';
        expect(run.jobs).toEqual({
          ...{ plan: 'success', build: 'success', publish: decided ? 'success' : 'skipped', gate: 'success' },
          ...jobs,
        });
        expect([run.verdict, run.gate.problems]).toEqual(['passed', []]);
        const [image] = run.gate.images;
        expect(image).toMatchObject({ name: 'tool', blocked: [] });
        expect(image?.staged !== undefined).toBe(staged);
        expect(run.gate.publish.decided).toBe(decided);
        if (decided) {
          const tags = image?.published?.tags.map(({ tag }) => tag.replace(/^sha-[0-9a-f]+$/, 'sha-'));
          expect(tags?.toSorted()).toEqual([...published].toSorted());
        } else {
          expect([run.gate.publish.reason, image?.published]).toEqual([published, undefined]);
        }
        // A token that only reads writes no check: the summary says so, and the gate is what counts.
        expect(double.state.checks.length - checks).toBe(isUntrusted(row) ? 0 : 1);
      },
      MINUTES,
    );
  },
);
