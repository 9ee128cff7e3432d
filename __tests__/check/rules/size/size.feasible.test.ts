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

const wheel = { what: 'torch for cu121', bytes: 1_800_000_000, line: 7 };

test('what is installed counts too, with the base or where its size is not known', () => {
  const small = { ...base, reference: 'nvidia/cuda:12', bytes: 900_000_000 };
  expect(messagesOf(judge({ unpacked: 2_500_000_000 }, { bases: [small], wheels: [wheel] }))).toEqual([
    'base and torch for cu121 are at least 2.70 GB to download, budget 2.50 GB unpacked: impossible (nvidia/cuda:12, Dockerfile:1; torch for cu121, Dockerfile:7)',
  ]);
  const unknown = { reference: 'nvidia/cuda:12', line: 1, final: true };
  expect(messagesOf(judge({ unpacked: 1_500_000_000 }, { bases: [unknown], wheels: [wheel] }))).toEqual([
    'torch for cu121 alone is at least 1.80 GB to download, budget 1.50 GB unpacked: impossible (torch for cu121, Dockerfile:7)',
  ]);
  expect(judge({ unpacked: 3_000_000_000 }, { bases: [small], wheels: [wheel] })).toEqual({
    status: 'passed',
    seen: 'base and torch for cu121 at least 2.70 GB',
  });
});
