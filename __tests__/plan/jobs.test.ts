import { describe, expect, test } from '@jest/globals';
import type { ImageConfig } from '../../src/model/config.ts';
import type { Plan } from '../../src/model/plan.ts';
import { planJobs } from '../../src/plan/jobs.ts';
import { outputsOf } from '../../src/report/action-outputs.ts';
import { plannedImage } from '../support/planned.ts';
import { aRecord } from '../support/records.ts';

function planOf(images: readonly Partial<ImageConfig>[], change: Partial<Plan> = {}): Plan {
  return {
    event: { name: 'push', dirty: false, fork: false },
    publish: { publish: false, reason: 'test' },
    images: images.map((image) => plannedImage(image.name ?? 'api', image)),
    ...change,
  };
}

describe('the jobs of a plan', () => {
  test.each<[string, Plan, object]>([
    [
      'one job for all',
      planOf([{ name: 'a' }, { name: 'b' }]),
      { build: [{ shard: 'images', images: ['a', 'b'], runsOn: ['ubuntu-24.04'] }] },
    ],
    [
      'one for each shard, each on its runner',
      planOf([
        { name: 'a' },
        { name: 'b', shard: 'large', runsOn: ['self-hosted', 'big'] },
        { name: 'c', shard: 'large' },
      ]),
      {
        build: [
          { shard: 'images', images: ['a'], runsOn: ['ubuntu-24.04'] },
          { shard: 'large', images: ['b', 'c'], runsOn: ['self-hosted', 'big'] },
        ],
      },
    ],
    ['nothing', planOf([]), { build: [], gpu: [] }],
    [
      'a branch is published in its environment',
      planOf([{}], { publish: { publish: true, reason: '' } }),
      { environment: 'images' },
    ],
    [
      'a version tag in that of releases',
      planOf([{}], {
        publish: { publish: true, reason: '' },
        event: { name: 'push', tag: 'v1.2.3', dirty: false, fork: false },
      }),
      { environment: 'release' },
    ],
  ])('%s', (_, plan, expected) => {
    expect(planJobs(plan)).toMatchObject(expected);
  });

  test('the images of a stack are built by one job, which starts it', () => {
    const stack = { images: ['a', 'b'] } as unknown as NonNullable<Plan['stack']>;
    const apart = planOf([{ name: 'a' }, { name: 'b', shard: 'x' }, { name: 'c', shard: 'y' }], { stack });
    expect(() => planJobs(apart)).toThrow('the images of the stack are built by several jobs: a by images; b by x');
    const together = planOf([{ name: 'a' }, { name: 'b' }, { name: 'c', shard: 'y' }], { stack });
    expect(planJobs(together).build).toHaveLength(2);
  });

  test('images of one job cannot be built on two runners', () => {
    const place = { 'runs-on': { file: 'slipway.yml', line: 9, column: 5 } };
    const plan = planOf([
      { name: 'a', runsOn: ['x'] },
      { name: 'b', runsOn: ['y', 'z'], places: place },
    ]);
    expect(() => planJobs(plan)).toThrow(
      'a and b are built by one job, images, and name different runners: x and y, z',
    );
  });
});

test('a workflow reads them as matrices; an empty one is an empty text', () => {
  const jobs = {
    build: [{ shard: 'images', images: ['a', 'b'], runsOn: ['x'] }],
    gpu: [],
    environment: 'images' as const,
  };
  const publish = { decided: true, reason: '', target: 'r.example.com/team' };
  expect(outputsOf(aRecord({ jobs, publish }))).toMatchObject({
    build: '{"include":[{"shard":"images","images":"a\\nb","runs-on":["x"]}]}',
    gpu: '',
    publish: 'true',
    environment: 'images',
    target: 'r.example.com/team',
  });
  expect(outputsOf(aRecord())).not.toHaveProperty('build');
});
