import { describe, expect, test } from '@jest/globals';
import { toSetup } from '../../../src/google/setup/answers.ts';
import { conditionOf, mappingOf } from '../../../src/google/setup/grants.ts';
import { judgeSamples, sampleJobs } from '../../../src/google/setup/samples.ts';
import { ANSWERS, OWN } from '../../support/google-setup.ts';

describe.each([
  ['a workflow that is called at a commit', toSetup(ANSWERS)],
  ['a workflow of the repository itself', toSetup(OWN)],
])('%s', (_name, setup) => {
  const mapping = mappingOf(setup);
  const condition = conditionOf(setup);
  const judge = (grant = mapping['attribute.grant'] ?? '', holding = condition) =>
    judgeSamples({ ...mapping, 'attribute.grant': grant }, holding, sampleJobs(setup));

  test('every kind of job gets what it is meant to get', () => {
    expect(judge().filter(({ right }) => !right)).toEqual([]);
    expect(new Set(judge().map(({ given }) => given))).toEqual(
      new Set(['publish-456789', 'stage-456789', 'gpu-456789', 'none', 'refused']),
    );
  });

  const whole = mapping['attribute.grant'] ?? '';
  const ands = [...whole.matchAll(/ && /g)].map(({ index }) => index);
  test.each(ands.map((at) => [whole.slice(at + 4).split(/ && | \? /)[0] ?? '', at] as const))(
    'without %s the samples notice',
    (clause, at) => {
      expect(judge(whole.slice(0, at) + whole.slice(at + 4 + clause.length)).every(({ right }) => right)).toBe(false);
    },
  );

  test.each(condition.split(' && '))('a condition of %s alone lets somebody in', (clause) => {
    expect(judge(whole, clause).every(({ right }) => right)).toBe(false);
  });

  test('every expression fits into what Google takes, and the subject into its 127 bytes', () => {
    for (const expression of Object.values(mapping)) expect(expression.length).toBeLessThan(2048);
    expect(mapping['google.subject']).not.toContain('assertion.sub');
  });
});

test('more commits than fit into a mapping are refused before anything is written', () => {
  const commits = Array.from({ length: 60 }, (_, index) => index.toString(16).padStart(40, '0'));
  expect(() => mappingOf(toSetup({ ...ANSWERS, 'workflow-commit': commits }))).toThrow(/too many commits/);
});
