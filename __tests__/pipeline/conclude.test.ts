import { describe, expect, test } from '@jest/globals';
import type { ReadFragment } from '../../src/model/fragment.ts';
import { exitCodeFor, verdictOf } from '../../src/model/record-verdict.ts';
import type { ImageRecord, RunRecord, StackRecord } from '../../src/model/record.ts';
import type { StackSubject } from '../../src/model/stack-judgement.ts';
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

  const API: StackSubject = {
    name: 'api',
    digests: anImageRecord().digests ?? GPU_DIGESTS,
    policyHash: 'a'.repeat(64),
  };
  const WEB: StackSubject = { ...API, name: 'web' };
  const webImage = anImageRecord({ name: 'web' });
  const files = anOutcome({ rule: 'compose.latest' });
  const stackOf = (change: Partial<StackRecord> = {}): StackRecord => ({
    ...{ name: 'stack', files: ['c.yml'], services: ['api', 'web'], images: ['api', 'web'] },
    ...{ outcomes: [files], blocked: [] },
    ...change,
  });
  const started = (change: Partial<StackRecord> = {}): StackRecord =>
    stackOf({ outcomes: [files, anOutcome({ rule: 'stack.starts' })], started: [API, WEB], ...change });
  const stackPlan = plan({
    images: [planned('api'), planned('web')],
    stack: stackOf(),
    jobs: {
      build: ['api', 'web'].map((name) => ({ shard: name, images: [name], runsOn: ['x'] })),
      gpu: [],
      stack: { images: ['api', 'web'], runsOn: ['x'], minutes: 44 },
    },
  });
  const shards = [
    fragment('build', { stack: stackOf({ images: ['api'] }) }, 'api'),
    fragment('build', { images: [webImage], stack: stackOf({ images: ['web'] }) }, 'web'),
  ];
  const ended = (result: Needs[string]['result']): Needs => ({
    ...needs({ publish: 'skipped' }),
    stack: { result },
  });
  const HELD = ['stack: stack.starts undecided'];
  const unready = anOutcome({ rule: 'stack.ready', status: 'failed' });

  test.each<[string, ReadFragment[], Needs, readonly string[], number, string | undefined]>([
    ['passes with its pass', [fragment('stack', { stack: started() })], ended('success'), [], 0, undefined],
    [
      'blocks its images where it failed',
      [fragment('stack', { stack: started({ outcomes: [anOutcome({ rule: 'stack.starts' }), unready] }) })],
      ended('failure'),
      ['stack: stack.ready failed'],
      1,
      undefined,
    ],
    ...(['skipped', 'cancelled', 'failure'] as const).map(
      (result) =>
        [
          `blocks its images where its job left nothing (${result})`,
          [],
          ended(result),
          HELD,
          75,
          `no job of this run has started the stack, and the stack job ${result === 'failure' ? 'failed' : `was ${result}`}`,
        ] as [string, ReadFragment[], Needs, readonly string[], number, string],
    ),
    [
      'blocks its images with a pass that another job put in the place of its failure',
      [fragment('stack', { stack: started() })],
      ended('failure'),
      HELD,
      75,
      'the stack job failed, whatever its record says',
    ],
    [
      'blocks its images with a pass of another run',
      [fragment('stack', { run: { ...RUN, workflow: '76' }, stack: started() })],
      ended('success'),
      HELD,
      75,
      'the verdict on the stack is of the run 76',
    ],
    [
      'blocks its images with a pass of other bytes',
      [fragment('stack', { stack: started({ started: [{ ...API, digests: GPU_DIGESTS }, WEB] }) })],
      ended('success'),
      HELD,
      75,
      'the verdict on the stack is about another digest or another policy of api',
    ],
  ])('a stack %s', (_, fragments, results, blocked, exit, reason) => {
    const record = concludeJobs([stackPlan, ...shards, ...fragments], results, END);
    expect(record.images.map((image) => [image.name, image.blocked])).toEqual([
      ['api', blocked],
      ['web', blocked],
    ]);
    expect(record.problems).toEqual([]);
    expect(exitCodeFor(record)).toBe(exit);
    expect(record.stack?.outcomes.find((outcome) => outcome.reason !== undefined)?.reason).toBe(reason);
  });

  test('of an image that its build job blocked the stack says nothing; the others wait for its sake', () => {
    const reason = 'web has no candidate';
    const starts = anOutcome({ rule: 'stack.starts', status: 'undecided', reason });
    const lacking = fragment('stack', { images: [], stack: stackOf({ outcomes: [files, starts] }) });
    const blocked = fragment('build', { images: [{ ...BLOCKED, name: 'web' }], stack: stackOf({ images: [] }) }, 'web');
    const fragments = [stackPlan, fragment('build', { stack: stackOf({ images: ['api'] }) }, 'api'), blocked, lacking];
    const record = concludeJobs(fragments, ended('failure'), END);
    expect(record.images.map((image) => image.blocked)).toEqual([HELD, ['user.config failed']]);
    expect(record.stack?.outcomes.at(-1)?.reason).toBe(reason);
  });

  test('of the stack job’s record nothing counts but what the rules saw of the running stack', () => {
    const lie = { ...PUBLISHED.published, reference: 'evil.example/api@sha256:2' } as NonNullable<
      ImageRecord['published']
    >;
    const liar = fragment('stack', {
      publish: { decided: true, reason: 'I say so', target: 'evil.example' },
      images: [anImageRecord({ published: lie, reason: 'a lie', user: 'root' }), anImageRecord({ name: 'extra' })],
      stack: started({ files: ['a lie'], images: [], services: [] }),
      notes: ['a lie'],
      problems: [missing],
    });
    const record = concludeJobs([liar, stackPlan, ...shards], ended('success'), END);
    expect(JSON.stringify(record)).not.toMatch(/evil|a lie|I say so|extra/);
    expect(record.images.map((image) => image.blocked)).toEqual([[], []]);
    expect(record.stack).toMatchObject({ files: ['c.yml'], images: ['api', 'web'], blocked: [] });
  });

  test('a stack that the build job started needs no other job', () => {
    const fork = plan({ ...stackPlan.record, jobs: NOTHING_PUBLISHED.jobs, images: [planned('api')] });
    const own = fragment('build', { stack: started({ images: ['api'], started: [API] }) });
    const lie = fragment('stack', { stack: started({ blocked: ['a lie'] }) });
    const record = concludeJobs([fork, own, lie], needs({ publish: 'skipped' }), END);
    expect(record.images).toMatchObject([{ name: 'api', blocked: [] }]);
    expect(record.stack).toMatchObject({ started: [API], blocked: [] });
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
