import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RunRecord } from '../../src/model/record.ts';
import { handOver } from '../../src/pipeline/fragments.ts';
import { type ActionResult, makeRepository, type Repository, runAction } from '../support/dist.ts';
import { artifactsAt } from '../support/github/client.ts';
import { type GitHubDouble, startGitHub } from '../support/github/double.ts';
import { anImageRecord, aRecord } from '../support/records.ts';

const CONFIG = `
registry: 127.0.0.1:1/team
staging: 127.0.0.1:1/staging
images:
  api:
    dockerfile: Dockerfile
    gpu: { queue-within: 1s, retry-runs-on: [self-hosted, spare] }
`;

let double: GitHubDouble;
let project: Repository;
beforeAll(async () => {
  double = await startGitHub();
  project = await makeRepository({ 'slipway.yml': CONFIG, Dockerfile: 'FROM scratch\n' });
});
afterAll(async () => {
  await project.remove();
  await double.stop();
});

/** What says of a record that it is of this run. */
const ownOf = (workflow: string): Partial<RunRecord> => ({
  run: { ...aRecord().run, workflow },
  source: { ...aRecord().source, commit: project.commit },
});

/** The watching job of a run as its workflow starts it, with a token that may read the run's jobs and nothing else. */
async function watch(run: string, job: Readonly<Record<string, unknown>>): Promise<ActionResult> {
  const built = anImageRecord({ gpu: { required: true, onInfra: 'block', onSkip: 'warn', attempts: [] } });
  const leave = async (name: string, record: Partial<RunRecord>): Promise<void> => {
    const env = double.jobEnv(run, name);
    await handOver({ env: { ...env, GITHUB_JOB: name } }, artifactsAt(env), [], aRecord({ ...ownOf(run), ...record }));
  };
  await leave('plan', { images: [] });
  await leave('build', { images: [built] });
  double.state.jobs.set(run, [
    {
      ...{ id: 1, run_id: Number(run), name: 'images / gpu (api)', labels: ['self-hosted', 'gpu'], runner_name: '' },
      ...{ head_sha: 'a'.repeat(40), run_url: 'https://example.test', node_id: 'x', url: 'https://example.test' },
      ...{ html_url: null, check_run_url: 'https://example.test', completed_at: null, conclusion: null },
      ...{ started_at: '2026-01-02T03:04:05Z', created_at: '2026-01-02T03:04:05Z', head_branch: 'main' },
      ...{ runner_id: null, runner_group_id: null, runner_group_name: null, workflow_name: 'images' },
      ...job,
    },
  ]);
  return runAction(
    project,
    { command: 'gpu-watch', workflow: 'images', only: 'api', 'github-token': double.token({ actions: 'read' }) },
    { env: { ...double.jobEnv(run, 'gpu-watch'), GITHUB_JOB: 'gpu-watch' }, payload: {} },
  );
}

test('a GPU job whose machine was lost is tried once more, and the watching job itself is green', async () => {
  const result = await watch('1', { status: 'completed', conclusion: 'failure', runner_name: 'l4-1' });
  expect([result.exitCode, result.stderr]).toEqual([0, expect.stringContaining('gpu (api): completed on l4-1')]);
  const again = { include: [{ image: 'api', 'runs-on': ['self-hosted', 'spare'], minutes: 55 }] };
  expect(JSON.parse(result.outputs['retry'] ?? '')).toEqual(again);
  expect(result.outputs['retry-images']).toBe('api');
  const left = await artifactsAt(double.jobEnv('1')).list();
  expect(left).toContain('slipway-record.gpu-watch.api.1');
});

test('a GPU job that nobody takes is given up, and the reason is shown', async () => {
  const result = await watch('2', { status: 'queued' });
  expect([result.exitCode, result.outputs['retry']]).toEqual([0, '']);
  expect(result.summary).toMatch(/no runner with the labels .* gpu took the job in/);
});

test('without actions: read the watch says what it needs', async () => {
  const result = await runAction(
    project,
    { command: 'gpu-watch', workflow: 'images', only: 'api', 'github-token': double.token({ contents: 'read' }) },
    { env: { ...double.jobEnv('3', 'gpu-watch'), GITHUB_JOB: 'gpu-watch' }, payload: {} },
  );
  expect([result.exitCode, result.stdout]).toEqual([2, expect.stringContaining('actions: read')]);
});
