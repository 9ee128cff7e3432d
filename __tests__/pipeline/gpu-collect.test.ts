import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { GpuVerdict } from '../../src/model/gpu-verdict.ts';
import { verdictOf } from '../../src/model/record-verdict.ts';
import type { ImageRecord, RunRecord } from '../../src/model/record.ts';
import { concludeJobs } from '../../src/pipeline/conclude.ts';
import { handOver, readFragments } from '../../src/pipeline/fragments.ts';
import { collectGpuJobs } from '../../src/pipeline/gpu-collect.ts';
import { makeTiming } from '../../src/pipeline/timing.ts';
import { outputsOf } from '../../src/report/action-outputs.ts';
import { blankConfig, blankImage } from '../support/blank.ts';
import { makeScriptedClock } from '../support/clock.ts';
import { makeFakeRun } from '../support/fake-effects.ts';
import { artifactsAt, githubAt } from '../support/github/client.ts';
import { type GitHubDouble, startGitHub } from '../support/github/double.ts';
import { blankGpu } from '../support/gpu-job.ts';
import { anImageRecord, aRecord, fakeDigest } from '../support/records.ts';

let double: GitHubDouble;
beforeAll(async () => {
  double = await startGitHub();
});
afterAll(async () => {
  await double.stop();
});

const GPU = blankGpu({ retryRunsOn: ['self-hosted', 'other'] });
const NEED = { required: true, onInfra: 'block', onSkip: 'warn', attempts: [] } as const;
const DIGESTS = { manifest: fakeDigest(2), config: fakeDigest(3) };
const BUILT = anImageRecord({ digests: DIGESTS, gpu: { ...NEED, attempts: [] } });

function verdictFor(verdict: GpuVerdict['verdict'], change: Partial<GpuVerdict> = {}): GpuVerdict {
  return {
    schema: 'slipway-gpu-verdict/v1',
    tool: { name: 'slipway', version: '0.1.0' },
    image: 'api',
    digests: DIGESTS,
    policyHash: BUILT.policyHash,
    attempt: 1,
    run: { id: 'gpu', startedAt: '2026-01-02T03:04:05Z', finishedAt: '2026-01-02T03:05:05Z' },
    verdict,
    ...{ standIn: false, warnings: [], execution: 'docker', lost: [], canary: {}, phases: [] },
    ...change,
  };
}

const SILENT = {
  ...{ stdout: () => undefined, stderr: () => undefined, problem: () => undefined },
  ...{ interactive: false, color: false, columns: 80 },
};

interface Scene {
  readonly run: string;
  /** What the GPU job left; undefined: nothing. */
  readonly verdict?: GpuVerdict;
  readonly built?: ImageRecord;
  /** How the job stands; undefined: the run has none. */
  readonly job?: { readonly status: string; readonly conclusion?: string; readonly runner?: string };
  readonly watcher?: 'gpu-watch' | 'gpu-retry-watch';
}

/** One workflow run: what its jobs left, and what the watching job makes of it. */
async function collect({ run, verdict, built = BUILT, job, watcher = 'gpu-watch' }: Scene) {
  const name = watcher.replace('-watch', '');
  const leave = async (of: string, only: readonly string[], record: Partial<RunRecord>): Promise<void> => {
    const env = double.jobEnv(run, of);
    await handOver(
      { env: { ...env, GITHUB_JOB: of } },
      artifactsAt(env),
      only,
      aRecord({ run: { ...aRecord().run, workflow: run }, ...record }),
    );
  };
  const jobs = { build: [{ shard: 'images', images: ['api'], runsOn: ['x'] }], gpu: [] };
  const left = await artifactsAt(double.jobEnv(run)).list();
  if (left.length === 0)
    await leave('plan', [], { images: [anImageRecord({ status: 'planned', outcomes: [], digests: undefined })], jobs });
  if (left.length === 0) await leave('build', ['api'], { images: [built] });
  if (verdict !== undefined) {
    await leave(name, ['api'], { images: [{ ...built, gpu: { ...NEED, attempts: [verdict] } }] });
  }
  const seen = job === undefined ? [] : [{ ...job, name: `images / ${name} (api)` }];
  double.state.jobs.set(
    run,
    seen.map(({ status, conclusion = null, runner = '', name: shown }) => ({
      ...{ id: 1, run_id: Number(run), name: shown, status, conclusion, labels: ['self-hosted', 'gpu'] },
      ...{ runner_name: runner, head_sha: 'a'.repeat(40), run_url: 'https://example.test', node_id: 'x' },
      ...{ url: 'https://example.test', html_url: null, check_run_url: 'https://example.test', completed_at: null },
      ...{ started_at: '2026-01-02T03:04:05Z', created_at: '2026-01-02T03:04:05Z', head_branch: 'main' },
      ...{ runner_id: null, runner_group_id: null, runner_group_name: null, workflow_name: 'images' },
    })),
  );
  const env = { ...double.jobEnv(run, watcher), GITHUB_JOB: watcher, RUNNER_NAME: 'hosted' };
  const clock = makeScriptedClock();
  const artifacts = artifactsAt(env);
  const { effects } = makeFakeRun(
    {},
    { github: githubAt(double, double.token({ actions: 'read' })), artifacts, env, clock, output: SILENT },
  );
  const record = await collectGpuJobs({
    effects,
    request: { command: 'gpu-watch', directory: '/', output: '/out', only: ['api'], containers: true },
    config: blankConfig({ images: [blankImage({ gpu: GPU }), blankImage({ name: 'web' })] }),
    target: { type: 'oci', directory: '/oci' },
    startedAt: clock.now(),
    timing: makeTiming(clock),
  });
  await handOver({ env }, artifacts, ['api'], record);
  return { record, artifacts, outputs: outputsOf(record) };
}

const RETRY = JSON.stringify({ include: [{ image: 'api', 'runs-on': ['self-hosted', 'other'], minutes: 13 }] });
const TAKEN = { status: 'completed', conclusion: 'success', runner: 'l4-1' };

test.each<[string, Scene, string, readonly string[]]>([
  ['a pass', { run: '1', verdict: verdictFor('passed'), job: TAKEN }, '', []],
  ['a failure of the image', { run: '2', verdict: verdictFor('failed'), job: TAKEN }, '', []],
  ['a machine at fault', { run: '3', verdict: verdictFor('infra'), job: TAKEN }, RETRY, []],
  [
    'a second machine at fault',
    { run: '4', verdict: verdictFor('infra', { attempt: 2 }), job: TAKEN, watcher: 'gpu-retry-watch' },
    '',
    [],
  ],
  [
    'a machine that was lost',
    { run: '5', job: { ...TAKEN, conclusion: 'failure' } },
    RETRY,
    ['gpu (api): the GPU job ended (failure) without a verdict on l4-1: the runner refused it or was lost'],
  ],
  [
    'a verdict about other bytes',
    { run: '6', verdict: verdictFor('passed', { digests: { ...DIGESTS, manifest: fakeDigest(9) } }), job: TAKEN },
    RETRY,
    ['gpu (api): the GPU job ended (success) without a verdict on l4-1: the runner refused it or was lost'],
  ],
  [
    'a job that somebody cancelled',
    { run: '7', job: { status: 'completed', conclusion: 'cancelled' } },
    '',
    ['gpu (api): the GPU job was cancelled'],
  ],
  [
    'a job that does not end',
    { run: '8', job: { status: 'in_progress', runner: 'l4-1' } },
    RETRY,
    ['gpu (api): the GPU job did not end on l4-1'],
  ],
  ['no job', { run: '9' }, '', ['gpu (api): the run has no GPU job for it']],
  [
    'an image that was not built',
    {
      run: '10',
      built: anImageRecord({ status: 'failed', digests: undefined }),
      job: { ...TAKEN, conclusion: 'failure' },
    },
    '',
    ['gpu (api): the GPU job ended (failure) without a verdict on l4-1: the runner refused it or was lost'],
  ],
])('%s', async (_, scene, retry, notes) => {
  const { record, outputs } = await collect(scene);
  expect(outputs).toMatchObject({ retry, 'retry-images': retry === '' ? '' : 'api' });
  expect(record).toMatchObject({ run: { command: 'gpu-watch' }, notes, problems: [] });
});

test('a job that nobody took blocks the image in words, and the gate shows them', async () => {
  const { record, artifacts, outputs } = await collect({ run: '20', job: { status: 'queued' } });
  expect(outputs['retry']).toBe('');
  expect(record.images[0]?.gpu?.attempts).toMatchObject([
    { verdict: 'skipped', attempt: 1, digests: DIGESTS, policyHash: BUILT.policyHash, diagnosis: { rule: 'queue' } },
  ]);
  const results = { plan: 'success', build: 'success', 'gpu-watch': 'success' } as const;
  const needs = Object.fromEntries(Object.entries(results).map(([job, result]) => [job, { result }]));
  const whole = concludeJobs(await readFragments({ env: {} }, artifacts), needs, new Date('2026-01-02T04:00:00Z'));
  expect(whole.images[0]?.outcomes.find(({ rule }) => rule === 'cuda.smoke')).toMatchObject({
    status: 'skipped',
    reason: expect.stringMatching(
      /^the GPU stage did not run: no runner with the labels self-hosted, gpu took the job in 20 m/,
    ),
  });
  expect(verdictOf(whole)).toBe('passed');
});

test('after a machine at fault both attempts are kept, and the second counts', async () => {
  await collect({ run: '30', verdict: verdictFor('infra'), job: TAKEN });
  const { artifacts } = await collect({
    ...{ run: '30', verdict: verdictFor('passed', { attempt: 2 }), job: TAKEN, watcher: 'gpu-retry-watch' },
  });
  const fragments = await readFragments({ env: {} }, artifacts);
  const whole = concludeJobs(fragments, {}, new Date('2026-01-02T04:00:00Z'));
  expect(whole.images[0]?.gpu?.attempts.map(({ attempt, verdict }) => [attempt, verdict])).toEqual([
    [1, 'infra'],
    [2, 'passed'],
  ]);
  expect(whole.images[0]?.blocked).toEqual([]);
});

test('without a token or artifacts nothing can be watched', async () => {
  const clock = makeScriptedClock();
  const { effects } = makeFakeRun({}, { clock, env: { GITHUB_RUN_ID: '1' } });
  await expect(
    collectGpuJobs({
      effects,
      request: { command: 'gpu-watch', directory: '/', output: '/out', only: [], containers: true },
      ...{ config: blankConfig(), target: { type: 'oci', directory: '/oci' }, startedAt: clock.now() },
      timing: makeTiming(clock),
    }),
  ).rejects.toMatchObject({ message: 'gpu-watch cannot see the jobs of the run' });
});
