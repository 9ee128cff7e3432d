import { describe, expect, test } from '@jest/globals';
import { fragmentKey, fragmentName, currentFragments, parseFragmentName } from '../../src/model/fragment.ts';
import type { RunArtifacts } from '../../src/model/run-artifacts.ts';
import { handOver, readFragments, stagedBy } from '../../src/pipeline/fragments.ts';
import { parseNeeds } from '../../src/pipeline/needs.ts';
import { anImageRecord, aRecord } from '../support/records.ts';

function makeArtifacts(initial: Readonly<Record<string, string>> = {}): RunArtifacts & { names(): string[] } {
  const kept = new Map(Object.entries(initial).map(([name, text]) => [name, Buffer.from(text)]));
  return {
    put: (name, content) => {
      kept.set(name, Buffer.from(content));
      return Promise.resolve();
    },
    putOpen: () => Promise.resolve(),
    list: () => Promise.resolve([...kept.keys()]),
    get: (name) => Promise.resolve(kept.get(name) ?? Buffer.alloc(0)),
    names: () => [...kept.keys()],
  };
}

test('what one job hands over, another reads; the last attempt counts', async () => {
  const artifacts = makeArtifacts({ 'somebody-elses': 'x', 'slipway-record.build.UPPER.1': 'x' });
  const jobs = [
    { GITHUB_JOB: 'plan', GITHUB_RUN_ATTEMPT: '1' },
    { GITHUB_JOB: 'build', GITHUB_RUN_ATTEMPT: '1' },
    { GITHUB_JOB: 'build', GITHUB_RUN_ATTEMPT: '2' },
  ];
  for (const env of jobs)
    await handOver(
      { env },
      artifacts,
      env.GITHUB_JOB === 'plan' ? [] : ['api'],
      aRecord({ notes: [env.GITHUB_RUN_ATTEMPT] }),
    );
  expect(artifacts.names().slice(2)).toEqual([
    'slipway-record.plan.all.1',
    'slipway-record.build.api.1',
    'slipway-record.build.api.2',
  ]);
  const read = await readFragments({ env: { GITHUB_RUN_ATTEMPT: '2' } }, artifacts);
  expect(read.map(({ job, attempt, record }) => [job, attempt, record.notes])).toEqual([
    ['plan', 1, ['1']],
    ['build', 2, ['2']],
  ]);
});

const STAGED = {
  ...{ reference: 'registry.example/staging/api', tags: [], retries: [] },
  ...{ uploadedBlobs: 1, presentBlobs: 0, uploadedBytes: 1, elapsed: 1 },
};

test('what was put into staging is what build jobs say, and nobody else', () => {
  const record = (digest: string) =>
    aRecord({ images: [anImageRecord({ staged: { ...STAGED, digest } }), anImageRecord({ name: 'blocked' })] });
  const fragment = { key: 'api', attempt: 1 };
  const fragments = [
    { ...fragment, job: 'build', record: record('sha256:1') },
    { ...fragment, job: 'gpu', record: record('sha256:2') },
  ];
  expect([...stagedBy(fragments)]).toEqual([['api', 'sha256:1']]);
});

test('a record that is none is refused with its name', async () => {
  const artifacts = makeArtifacts({ 'slipway-record.build.api.1': '{}' });
  await expect(readFragments({ env: {} }, artifacts)).rejects.toMatchObject({
    where: 'artifact slipway-record.build.api.1',
  });
});

describe('a record in the artifacts of this run', () => {
  const COMMIT = 'c'.repeat(40);
  const env = { GITHUB_RUN_ID: '77', GITHUB_SHA: COMMIT };
  const record = (workflow: string | undefined, commit: string | undefined) =>
    aRecord({ run: { ...aRecord().run, workflow }, source: { ...aRecord().source, commit } });
  test.each<[string, string | undefined, string | undefined, RegExp | undefined]>([
    ['of this run and commit counts', '77', COMMIT, undefined],
    ['of another run is refused', '76', COMMIT, /is of the run 76, and this is 77$/],
    ['of no run is refused', undefined, COMMIT, /of the run of nobody/],
    ['of another commit is refused', '77', 'd'.repeat(40), /is of the commit d{40}, and this is c{40}$/],
    ['of no commit is refused', '77', undefined, /of the commit of nobody/],
    ['of neither is refused for both', '76', 'd'.repeat(40), /of the run 76.*; it is of the commit d/],
  ])('%s', async (_, workflow, commit, refusal) => {
    const text = JSON.stringify(record(workflow, commit));
    const reading = readFragments({ env }, makeArtifacts({ 'slipway-record.build.api.1': text }));
    if (refusal === undefined) await expect(reading).resolves.toHaveLength(1);
    else await expect(reading).rejects.toThrow(refusal);
  });
});

describe('names', () => {
  test.each([
    [{ job: 'gpu-retry', key: 'api', attempt: 3 }, 'slipway-record.gpu-retry.api.3'],
    [{ job: 'build', key: 'a.b_c-d', attempt: 1 }, 'slipway-record.build.a.b_c-d.1'],
  ])('%j', (fragment, name) => {
    expect(fragmentName(fragment)).toBe(name);
    expect(parseFragmentName(name)).toEqual(fragment);
  });
  test.each(['slipway-record.build.api.0', 'slipway-record.build..1', 'slipway-record.build.api', 'x.build.api.1'])(
    '%s is none',
    (name) => {
      expect(parseFragmentName(name)).toBeUndefined();
    },
  );
  test('the images of a job tell it from the others of its matrix', () => {
    expect([[], ['api'], ['api', 'web']].map(fragmentKey)).toEqual(['all', 'api', 'api-and-1-more']);
  });
  test('attempts of different images do not hide each other', () => {
    const all = [
      { job: 'build', key: 'a', attempt: 2 },
      { job: 'build', key: 'b', attempt: 1 },
    ];
    expect(currentFragments(all, 2)).toEqual(all);
  });
});

describe('what counts after a run was run again', () => {
  const jobs = (text: string): { job: string; key: string; attempt: number }[] =>
    text.split(' ').map((one) => ({ job: one.slice(0, -1), key: 'api', attempt: Number(one.slice(-1)) }));
  test.each([
    [
      'all of it: a second attempt on a GPU that this time nobody made',
      'plan1 plan2 build1 build2 gpu1 gpu2 gpu-watch1 gpu-watch2 gpu-retry1 gpu-retry-watch1',
      2,
      'plan2 build2 gpu2 gpu-watch2',
    ],
    [
      'the build: what was tried and published before is about other bytes',
      'plan1 build1 build2 gpu1 gpu-watch1 publish1',
      2,
      'plan1 build2',
    ],
    [
      'the job that publishes, after others that passed',
      'plan1 build1 gpu1 gpu-watch1 publish1 publish2',
      2,
      'plan1 build1 gpu1 gpu-watch1 publish2',
    ],
    [
      'a GPU job: who watches does not wait for it',
      'plan1 build1 gpu1 gpu-watch1 gpu2',
      2,
      'plan1 build1 gpu-watch1 gpu2',
    ],
    ['the build: the stack was started with other bytes', 'plan1 build1 stack1 publish1 build2', 2, 'plan1 build2'],
    [
      'the stack: what was published or refused before went by another verdict',
      'plan1 build1 stack1 publish1 stack2',
      2,
      'plan1 build1 stack2',
    ],
    ['nothing: an attempt that has not begun is nobody’s', 'plan1 build1 build9 publish9', 1, 'plan1 build1'],
  ])('%s', (_, left, attempt, counts) => {
    const names = currentFragments(jobs(left), attempt).map(({ job, attempt: own }) => `${job}${String(own)}`);
    expect(names.toSorted()).toEqual(counts.split(' ').toSorted());
  });
});

test('artifacts of others hide none of ours, and more than a run can have are refused', async () => {
  const many = (prefix: string): [string, string][] =>
    Array.from({ length: 1001 }, (_, index) => [`${prefix}${String(index)}.1`, '{}']);
  const record = JSON.stringify(aRecord());
  const found = await readFragments(
    { env: {} },
    makeArtifacts({ ...Object.fromEntries(many('log-')), 'slipway-record.plan.all.1': record }),
  );
  expect(found.map(({ job }) => job)).toEqual(['plan']);
  await expect(
    readFragments({ env: {} }, makeArtifacts(Object.fromEntries(many('slipway-record.build.api-')))),
  ).rejects.toThrow(/has 1001 artifacts that are named like records/);
});

describe('needs', () => {
  test('are read as GitHub writes them', () => {
    expect(parseNeeds('{"plan":{"result":"success","outputs":{"build":"x"}}}')).toEqual({
      plan: { result: 'success', outputs: { build: 'x' } },
    });
  });
  test('without outputs are read as act writes them', () => {
    expect(parseNeeds('{"build":{"result":"success","outputs":null}}')['build']).toEqual({ result: 'success' });
  });
  test.each(['', '[]', '{"plan":{"result":"fine"}}', '{"plan":"success"}', '{"a b":{"result":"success"}}'])(
    '%j is refused',
    (text) => {
      expect(() => parseNeeds(text)).toThrow(/the input needs does not say/);
    },
  );
});
