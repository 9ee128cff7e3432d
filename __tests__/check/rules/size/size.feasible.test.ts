import { expect, test } from '@jest/globals';
import { sizeFeasible } from '../../../../src/check/rules/size/size.feasible.ts';
import type { SizeBudget } from '../../../../src/model/config.ts';
import { writtenImage } from '../../../support/blank.ts';
import { feasibilityFacts } from '../../../support/dockerfile-facts.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

const base = { reference: 'nvcr.io/nvidia/pytorch:24.01-py3', bytes: 10_000_000_000, line: 1, final: true };

function judge(size: SizeBudget, bases: Parameters<typeof feasibilityFacts>[0] = { bases: [base] }) {
  return checkRule(sizeFeasible, { feasibility: feasibilityFacts(bases) }, writtenImage(['size'], { size }));
}

test('a base of more than the budget is impossible, said in one sentence at the budget', () => {
  const judgement = judge({ unpacked: 1_500_000_000 });
  expect(messagesOf(judgement)).toEqual([
    'base alone is at least 10.0 GB to download, budget 1.50 GB unpacked: impossible (nvcr.io/nvidia/pytorch:24.01-py3, Dockerfile:1)',
  ]);
  expect(judgement).toMatchObject({ findings: [{ place: { file: 'slipway.yml', line: 2 } }] });
});

test.each([
  ['below the budget', { unpacked: 10_000_000_001 }, 'passed'],
  ['exactly the budget', { unpacked: 10_000_000_000 }, 'failed'],
  ['the download budget', { download: 9_000_000_000 }, 'failed'],
  ['no budget', {}, 'skipped'],
])('%s', (_, size, status) => {
  expect(judge(size).status).toBe(status);
});

test('a base whose size is not known, or that only lends files, decides nothing', () => {
  const unknown = { reference: base.reference, line: 1, final: true };
  expect(judge({ unpacked: 1 }, { bases: [{ ...unknown, reason: 'the registry did not answer' }] })).toEqual({
    status: 'skipped',
    reason: 'the registry did not answer',
  });
  expect(judge({ unpacked: 1 }, { bases: [{ ...base, final: false }] }).status).toBe('skipped');
  expect(judge({ unpacked: 1 }, { bases: [] }).status).toBe('skipped');
});
