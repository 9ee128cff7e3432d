import { describe, expect, test } from '@jest/globals';
import { fragmentKey, fragmentName, newestFragments, parseFragmentName } from '../../src/model/fragment.ts';
import type { RunArtifacts } from '../../src/model/run-artifacts.ts';
import { handOver, readFragments } from '../../src/pipeline/fragments.ts';
import { parseNeeds } from '../../src/pipeline/needs.ts';
import { aRecord } from '../support/records.ts';

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
  const read = await readFragments(artifacts);
  expect(read.map(({ job, attempt, record }) => [job, attempt, record.notes])).toEqual([
    ['plan', 1, ['1']],
    ['build', 2, ['2']],
  ]);
});

test('a record that is none is refused with its name', async () => {
  const artifacts = makeArtifacts({ 'slipway-record.build.api.1': '{}' });
  await expect(readFragments(artifacts)).rejects.toMatchObject({ where: 'artifact slipway-record.build.api.1' });
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
    expect(newestFragments(all)).toEqual(all);
  });
});

describe('needs', () => {
  test('are read as GitHub writes them', () => {
    expect(parseNeeds('{"plan":{"result":"success","outputs":{"build":"x"}}}')).toEqual({
      plan: { result: 'success' },
    });
  });
  test.each(['', '[]', '{"plan":{"result":"fine"}}', '{"plan":"success"}', '{"a b":{"result":"success"}}'])(
    '%j is refused',
    (text) => {
      expect(() => parseNeeds(text)).toThrow(/the input needs does not say/);
    },
  );
});
