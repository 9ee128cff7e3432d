import { expect, test } from '@jest/globals';
import { dockerfileCopyIgnored } from '../../../../src/check/rules/dockerfile/dockerfile.copy-ignored.ts';
import { dockerfileFacts } from '../../../support/dockerfile-facts.ts';
import { checkRule } from '../../../support/judging.ts';

const ignoredBy = { pattern: '*.md', place: { file: '.dockerignore', line: 3 } };

test('a source the ignore file removes is a finding that names the pattern and both places', () => {
  const dockerfile = dockerfileFacts('FROM a', { missingSources: [{ source: 'README.md', line: 7, ignoredBy }] });
  expect(checkRule(dockerfileCopyIgnored, { dockerfile })).toEqual({
    status: 'failed',
    findings: [
      {
        message: 'the build copies `README.md`, which `*.md` in .dockerignore:3 keeps out of the context',
        seen: 'README.md',
        place: { file: 'Dockerfile', line: 7 },
        remedy: 'Drop that line of .dockerignore, or add `!README.md` below it.',
      },
    ],
  });
});

test('a source that is simply absent is the other rule’s', () => {
  const dockerfile = dockerfileFacts('FROM a', { missingSources: [{ source: 'x', line: 1 }] });
  expect(checkRule(dockerfileCopyIgnored, { dockerfile }).status).toBe('passed');
});
