import { describe, expect, test } from '@jest/globals';
import type { ReadFragment } from '../../src/model/fragment.ts';
import { exitCodeFor, verdictOf } from '../../src/model/record-verdict.ts';
import type { ImageRecord, RunRecord } from '../../src/model/record.ts';
import { concludeJobs } from '../../src/pipeline/conclude.ts';
import type { Needs } from '../../src/pipeline/needs.ts';
import { blankNeed, blankVerdict, GPU_DIGESTS } from '../support/gpu-verdict.ts';
import { anImageRecord, anOutcome, aRecord, fakeDigest } from '../support/records.ts';

const END = new Date('2026-01-02T04:00:00Z');
const RUN = { ...aRecord().run, workflow: '77' };

const planned = (name: string): ImageRecord =>
  anImageRecord({ name, status: 'planned', outcomes: [], digests: undefined });
const published = { reference: 'r/api@sha256:1', digest: fakeDigest(1), tags: [], uploadedBlobs: 0, presentBlobs: 0 };
const PUBLISHED = anImageRecord({ published: { ...published, uploadedBytes: 0, elapsed: 1, retries: [] } });
const BLOCKED = anImageRecord({ outcomes: [anOutcome({ status: 'failed' })], blocked: ['user.config failed'] });

function fragment(job: string, change: Partial<RunRecord>, key = 'all'): ReadFragment {
  return { job, key, attempt: 1, record: aRecord({ run: RUN, ...change }) };
}
const plan = (change: Partial<RunRecord> = {}): ReadFragment =>
  fragment('plan', {
    images: [planned('api')],
    jobs: { build: [{ shard: 'images', images: ['api'], runsOn: ['ubuntu-24.04'] }], gpu: [], environment: 'images' },
    ...change,
  });
const needs = (change: Partial<Record<'plan' | 'build' | 'publish', Needs[string]['result']>> = {}): Needs => {
  const results = { plan: 'success', build: 'success', publish: 'success', ...change } as const;
  return Object.fromEntries(Object.entries(results).map(([job, result]) => [job, { result }]));
};
const NOTHING_PUBLISHED = { jobs: { build: [{ shard: 'images', images: ['api'], runsOn: ['x'] }], gpu: [] } };
const missing = {
  kind: 'fault' as const,
  message: 'api has no candidate of the run 77 in staging: it was blocked, or its build job did not run',
  remedy: 'See the report of the build job.',
};

describe('what becomes of a run', () => {
  test.each<[string, ReadFragment[], Needs, string, number, RegExp | undefined]>([
    [
      'everything went through',
      [plan(), fragment('build', {}), fragment('publish', { images: [PUBLISHED] })],
      needs(),
      'passed',
      0,
      undefined,
    ],
    [
      'an image is blocked, and publishing it was refused for that',
      [plan(), fragment('build', { images: [BLOCKED] }), fragment('publish', { images: [], problems: [missing] })],
      needs({ build: 'failure', publish: 'failure' }),
      'blocked',
      1,
      undefined,
    ],
    [
      'the build job lost its runner',
      [plan(NOTHING_PUBLISHED)],
      needs({ build: 'failure', publish: 'skipped' }),
      'blocked',
      75,
      /^api was not judged: the build job \(images\) left no record, and the build job failed$/,
    ],
    [
      'the build job was skipped although there was something to build',
      [plan(NOTHING_PUBLISHED)],
      needs({ build: 'skipped', publish: 'skipped' }),
      'blocked',
      75,
      /the build job was skipped$/,
    ],
    [
      'nothing was to be built',
      [plan({ images: [], jobs: { build: [], gpu: [] } })],
      needs({ build: 'skipped', publish: 'skipped' }),
      'passed',
      0,
      undefined,
    ],
    [
      'the publish job was skipped although the plan publishes',
      [plan(), fragment('build', {})],
      needs({ publish: 'cancelled' }),
      'blocked',
      75,
      /^api was not published: the publish job was cancelled$/,
    ],
    [
      'verify has no publish job',
      [plan(), fragment('build', {})],
      { plan: { result: 'success' }, build: { result: 'success' } },
      'passed',
      0,
      undefined,
    ],
    [
      'a job failed after it had left a record that passes',
      [plan(NOTHING_PUBLISHED), fragment('build', {})],
      needs({ build: 'failure', publish: 'skipped' }),
      'blocked',
      75,
      /^the build job failed, and no record says why$/,
    ],
    [
      'one of two build jobs left nothing',
      [
        plan({
          images: [planned('api'), planned('worker')],
          jobs: {
            build: [
              { shard: 'images', images: ['api'], runsOn: ['x'] },
              { shard: 'large', images: ['worker'], runsOn: ['y'] },
            ],
            gpu: [],
          },
        }),
        fragment('build', {}),
      ],
      needs({ build: 'cancelled', publish: 'skipped' }),
      'blocked',
      75,
      /^worker was not judged: the build job \(large\) left no record, and the build job was cancelled$/,
    ],
  ])('%s', (_, fragments, results, verdict, exit, problem) => {
    const record = concludeJobs(fragments, results, END);
    expect({ verdict: verdictOf(record), exit: exitCodeFor(record) }).toEqual({ verdict, exit });
    expect(record.problems.map(({ message }) => message)).toEqual(
      problem === undefined ? [] : [expect.stringMatching(problem)],
    );
    expect(record.notes.at(-1)).toBe(
      `jobs: ${Object.entries(results)
        .map(([job, { result }]) => `${job} ${result}`)
        .join(', ')}`,
    );
    expect(record.run).toMatchObject({ command: 'gate', finishedAt: END.toISOString() });
  });

  test('without a record of the plan nobody knows what there should be', () => {
    expect(() => concludeJobs([], needs({ plan: 'failure' }), END)).toThrow(/the plan left no record: its job failed/);
    expect(() => concludeJobs([fragment('build', {})], needs(), END)).toThrow(/its job went through/);
  });

  test('what the plan judged alone is superseded by what the build job says of the image', () => {
    const early = plan({
      images: [anImageRecord({ status: 'planned', outcomes: [anOutcome({ seen: '1 GB free' })] })],
    });
    const record = concludeJobs([early, fragment('build', { images: [PUBLISHED] })], needs(), END);
    expect(record.images).toEqual([PUBLISHED]);
  });

  test('two fragments that contradict each other are a Fault', () => {
    const other = anImageRecord({ digests: { manifest: fakeDigest(9), config: fakeDigest(3) } });
    const fragments = [plan(), fragment('build', {}), fragment('publish', { images: [other] })];
    expect(() => concludeJobs(fragments, needs(), END)).toThrow(/contradict each other: api: digests/);
  });

  const tried = (gpu: ImageRecord['gpu'], change: Partial<ImageRecord> = {}): ImageRecord =>
    anImageRecord({ gpu, ...change });
  const gpuPlan = plan({
    jobs: {
      build: [{ shard: 'images', images: ['api'], runsOn: ['x'] }],
      gpu: [{ image: 'api', runsOn: 'gpu', minutes: 10 }],
    },
  });
  const watched: Needs = { ...needs({ publish: 'skipped' }), 'gpu-watch': { result: 'success' } };
  const { digests = GPU_DIGESTS, policyHash } = anImageRecord();
  const pass = blankVerdict({ image: 'api', digests, policyHash });

  test.each([
    ['passes with a pass', [pass], 'passed'],
    ['is blocked where it failed', [{ ...pass, verdict: 'failed' as const }], 'blocked'],
    ['is blocked with nothing', [], 'blocked'],
    ['is blocked with a pass of other bytes', [{ ...pass, digests: GPU_DIGESTS }], 'blocked'],
    ['is blocked with a pass under another policy', [{ ...pass, policyHash: '9'.repeat(64) }], 'blocked'],
    ['is blocked with a pass of another image', [{ ...pass, image: 'web' }], 'blocked'],
  ])('an image that a GPU has to try %s', (_, attempts, verdict) => {
    const build = fragment('build', { images: [tried(blankNeed())] });
    const gpu = fragment('gpu', { images: [tried(blankNeed(attempts))] }, 'api');
    expect(verdictOf(concludeJobs([gpuPlan, gpu, build], watched, END))).toBe(verdict);
  });

  test('silence of the GPU jobs is said, and no matter where nothing watches them', () => {
    const build = fragment('build', { images: [tried(blankNeed())] });
    const record = concludeJobs([gpuPlan, build], watched, END);
    expect(record.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^api has no verdict of a GPU/),
    ]);
    expect(exitCodeFor(record)).toBe(75);
    const verify: Needs = { plan: { result: 'success' }, build: { result: 'success' } };
    expect(verdictOf(concludeJobs([gpuPlan, build], verify, END))).toBe('passed');
  });

  test('of a GPU job’s record nothing counts but its verdicts', () => {
    const build = fragment('build', { images: [tried(blankNeed())] });
    const lie = {
      ...PUBLISHED.published,
      reference: 'evil.example/api@sha256:2',
    } as NonNullable<ImageRecord['published']>;
    const gpu = fragment('gpu', {
      run: { ...RUN, finishedAt: '2030-01-01T00:00:00Z' },
      publish: { decided: true, reason: 'I say so', target: 'evil.example' },
      images: [
        tried(
          { ...blankNeed([pass]), required: false },
          { published: lie, reason: 'a lie', user: 'root', tags: ['x'] },
        ),
        anImageRecord({ name: 'extra', published: lie }),
      ],
      notes: ['a lie'],
      problems: [missing],
    });
    for (const fragments of [
      [gpuPlan, gpu, build],
      [gpuPlan, build, gpu],
    ]) {
      const record = concludeJobs(fragments, watched, END);
      expect(JSON.stringify(record)).not.toMatch(/evil|a lie|I say so|extra/);
      expect(record.images).toMatchObject([{ name: 'api', blocked: [], gpu: { required: true, attempts: [pass] } }]);
    }
  });
});
