import { expect, test } from '@jest/globals';
import { contextSize } from '../../../../src/check/rules/context/context.size.ts';
import { contextFacts } from '../../../support/dockerfile-facts.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

test('up to the limit passes with the number', () => {
  expect(checkRule(contextSize, { context: contextFacts({ bytes: 50_000_000 }) })).toEqual({
    status: 'passed',
    seen: '50.0 MB in 3 files',
  });
});

test('more is a finding that lists the largest files', () => {
  const context = contextFacts({ bytes: 60_000_000, largest: [{ path: 'data/a.h5ad', bytes: 59_000_000 }] });
  const judgement = checkRule(contextSize, { context });
  expect(messagesOf(judgement)).toEqual([
    'the build sends 60.0 MB in 3 files, 50.0 MB allowed; largest: data/a.h5ad (59.0 MB)',
  ]);
  expect(checkRule(contextSize, { context }, undefined, { limit: '1GB' }).status).toBe('passed');
});

test('one byte over is told apart from the limit', () => {
  const judgement = checkRule(contextSize, { context: contextFacts({ bytes: 50_000_001 }) });
  expect(judgement).toMatchObject({ status: 'failed', findings: [{ seen: '50000001 B', allowed: '50000000 B' }] });
});
