import { expect, test } from '@jest/globals';
import { dockerfileBuildCheck } from '../../../../src/check/rules/dockerfile/dockerfile.build-check.ts';
import { blankImage } from '../../../support/blank.ts';
import { checkRule } from '../../../support/judging.ts';

const found = [
  { check: 'JSONArgsRecommended', message: 'CMD is not JSON', line: 9, url: 'https://example.org/json' },
  { check: 'FromAsCasing', message: 'as and FROM differ' },
];

test('each finding stands at its line with its page', () => {
  const image = blankImage({ dockerfile: 'docker/Dockerfile.api' });
  expect(checkRule(dockerfileBuildCheck, { 'build-check': found }, image)).toEqual({
    status: 'failed',
    findings: [
      {
        message: 'JSONArgsRecommended: CMD is not JSON',
        place: { file: 'docker/Dockerfile.api', line: 9 },
        remedy: 'See https://example.org/json.',
      },
      {
        message: 'FromAsCasing: as and FROM differ',
        place: { file: 'docker/Dockerfile.api' },
        remedy: 'Correct it, or list FromAsCasing under `ignore`.',
      },
    ],
  });
});

test('ignored checks and no findings pass', () => {
  const ignore = ['JSONArgsRecommended', 'FromAsCasing'];
  expect(checkRule(dockerfileBuildCheck, { 'build-check': found }, undefined, { ignore }).status).toBe('passed');
  expect(checkRule(dockerfileBuildCheck, { 'build-check': [] }).status).toBe('passed');
});
