import { expect, test } from '@jest/globals';
import { dockerfileCopyMissing } from '../../../../src/check/rules/dockerfile/dockerfile.copy-missing.ts';
import { blankImage } from '../../../support/blank.ts';
import { dockerfileFacts } from '../../../support/dockerfile-facts.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

const ignoredBy = { pattern: '*', place: { file: '.dockerignore', line: 1 } };
const dockerfile = dockerfileFacts('FROM a', {
  missingSources: [
    { source: 'x', line: 4 },
    { source: 'y', line: 5, ignoredBy },
  ],
});

test('only what does not exist at all is a finding, with the folder that was looked in', () => {
  expect(messagesOf(checkRule(dockerfileCopyMissing, { dockerfile }))).toEqual([
    'the build copies `x`, which does not exist in the context (the folder of slipway.yml)',
  ]);
  const judgement = checkRule(dockerfileCopyMissing, { dockerfile }, blankImage({ context: 'web' }));
  expect(messagesOf(judgement)).toEqual(['the build copies `x`, which does not exist in the context `web`']);
  expect(judgement).toMatchObject({ findings: [{ place: { file: 'Dockerfile', line: 4 } }] });
});

test('nothing missing passes', () => {
  expect(checkRule(dockerfileCopyMissing, { dockerfile: dockerfileFacts('FROM a') }).status).toBe('passed');
});
