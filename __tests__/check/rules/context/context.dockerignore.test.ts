import { expect, test } from '@jest/globals';
import { contextDockerignore } from '../../../../src/check/rules/context/context.dockerignore.ts';
import { contextFacts } from '../../../support/dockerfile-facts.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

const unwanted = [{ path: '.git', bytes: 3_000_000, why: 'the repository with its whole history' }];

const ignoreFile = '.dockerignore';

test('no ignore file is a finding, and so is each unwanted path', () => {
  const judgement = checkRule(contextDockerignore, { context: contextFacts({ unwanted }) });
  expect(messagesOf(judgement)).toEqual([
    'there is no .dockerignore: whatever lies in the copied folders goes into the build (2.00 kB in all)',
    'the build sends .git (3.00 MB): the repository with its whole history',
  ]);
  expect(judgement).toMatchObject({ findings: [{ place: { file: '.dockerignore' } }, { place: { file: '.git' } }] });
});

test('an ignore file that keeps everything unwanted out passes', () => {
  expect(checkRule(contextDockerignore, { context: contextFacts({ ignoreFile }) }).status).toBe('passed');
});

test('an unwanted path can be allowed by its name', () => {
  const context = contextFacts({ unwanted, ignoreFile });
  expect(checkRule(contextDockerignore, { context }).status).toBe('failed');
  expect(checkRule(contextDockerignore, { context }, undefined, { allow: ['.git'] }).status).toBe('passed');
});

test('a build that takes nothing from its context needs none', () => {
  const context = contextFacts({ files: 0, bytes: 0 });
  expect(checkRule(contextDockerignore, { context }).status).toBe('skipped');
});
