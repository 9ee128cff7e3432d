import { expect, test } from '@jest/globals';
import { secretKnownValues } from '../../../../src/check/rules/secret/secret.known-values.ts';
import type { KnownValueFacts } from '../../../../src/model/known-values.ts';
import { blankDescription, layerOf } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

const image = blankDescription({ layers: [layerOf('COPY . /app # buildkit')] });
const NAME = 'build secret npm-token';

function factsOf(change: Partial<KnownValueFacts>): KnownValueFacts {
  return { hits: [], searched: [NAME], unsearched: [], cachedSecrets: [], ...change };
}

test('each place is told once, a file with its layer and instruction', () => {
  const hits = [
    { name: NAME, where: '/app/.npmrc', layer: 0 },
    { name: NAME, where: '/app/.npmrc', layer: 0 },
    { name: NAME, where: 'the build log of [2/3] RUN npm ci' },
  ];
  const judgement = checkRule(secretKnownValues, { image, 'known-values': factsOf({ hits }) });
  expect(messagesOf(judgement)).toEqual([
    'the value of build secret npm-token stands in /app/.npmrc in layer 1 `COPY . /app`',
    'the value of build secret npm-token stands in the build log of [2/3] RUN npm ci',
  ]);
  expect(judgement).toMatchObject({ findings: [{ place: { file: '/app/.npmrc', inImage: true } }, {}] });
});

test('a value nobody finds passes, and what could not be searched for is said', () => {
  const facts = factsOf({ unsearched: ['variable PIN'], cachedSecrets: ['npm-token'] });
  const judgement = checkRule(secretKnownValues, { image, 'known-values': facts });
  expect(judgement).toMatchObject({ status: 'passed', seen: expect.stringContaining('1 value searched') });
  expect(judgement).toMatchObject({ seen: expect.stringContaining('too short to search for: variable PIN') });
  expect(judgement).toMatchObject({ seen: expect.stringContaining('npm-token came from the cache') });
});

test('without any value there is nothing to judge', () => {
  const judgement = checkRule(secretKnownValues, { image, 'known-values': factsOf({ searched: [] }) });
  expect(judgement.status).toBe('skipped');
});
