import { describe, expect, test } from '@jest/globals';
import type { ImageConfig } from '../../src/model/config.ts';
import { known } from '../../src/model/facts.ts';
import type { JobsRecord } from '../../src/model/jobs-record.ts';
import type { Plan, PlannedStack } from '../../src/model/plan.ts';
import type { StackConfig } from '../../src/model/stack-config.ts';
import { findSplit, planJobs } from '../../src/plan/jobs.ts';
import { outputsOf } from '../../src/report/action-outputs.ts';
import { stackConfig } from '../support/compose.ts';
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

function plannedStack(images: readonly string[], change: Partial<StackConfig>): PlannedStack {
  const config = { ...stackConfig(['c.yml']), ...change };
  return { config, images, compose: known({ files: ['c.yml'], services: [], versions: [] }), problems: [] };
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

  const stack = plannedStack(['a', 'b'], { readyWithin: 60_000, staysUp: 5000 });
  const C = { name: 'c', shard: 'y', runsOn: ['big'] };
  test.each<[string, Plan, JobsRecord['stack']]>([
    ['no stack', planOf([{ name: 'a' }]), undefined],
    ['none of its images is built', planOf([C], { stack: { ...stack, images: [] } }), undefined],
    [
      'a fork, whose images wait nowhere',
      planOf([{ name: 'a' }, { name: 'b' }], { stack, event: { name: 'pull_request', dirty: false, fork: true } }),
      undefined,
    ],
    [
      'images of two jobs on one kind of runner',
      planOf([{ name: 'a', shard: 'x', runsOn: ['own'] }, { name: 'b', runsOn: ['own'] }, C], { stack }),
      { images: ['a', 'b'], runsOn: ['own'], minutes: 44 },
    ],
    [
      'images of two kinds of runner',
      planOf([{ name: 'a' }, { name: 'b', shard: 'x', runsOn: ['own'] }], { stack }),
      { images: ['a', 'b'], runsOn: ['ubuntu-24.04'], minutes: 44 },
    ],
    [
      'a runner of its own',
      planOf([{ name: 'a' }, { name: 'b' }], { stack: plannedStack(['a', 'b'], { runsOn: ['own', 'gpu'] }) }),
      { images: ['a', 'b'], runsOn: ['own', 'gpu'], minutes: 47 },
    ],
  ])('the job that starts the stack: %s', (_, plan, expected) => {
    expect(planJobs(plan).stack).toEqual(expected);
  });

  test('a stack whose images no job has together is split', () => {
    const apart = planOf([{ name: 'a' }, { name: 'b', shard: 'x' }, C], { stack });
    expect(findSplit(planJobs(apart), stack)).toBe('a by images; b by x');
    expect(findSplit(planJobs(planOf([{ name: 'a' }, { name: 'b' }, C], { stack })), stack)).toBeUndefined();
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
    stack: { images: ['a'], runsOn: ['z'], minutes: 44 },
    environment: 'images' as const,
  };
  const publish = { decided: true, reason: '', target: 'r.example.com/team' };
  expect(outputsOf(aRecord({ jobs, publish }))).toMatchObject({
    build: '{"include":[{"shard":"images","images":"a\\nb","runs-on":["x"]}]}',
    gpu: '',
    stack: '{"include":[{"runs-on":["z"],"minutes":44}]}',
    publish: 'true',
    environment: 'images',
    target: 'r.example.com/team',
  });
  expect(outputsOf(aRecord())).not.toHaveProperty('build');
});
