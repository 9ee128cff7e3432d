import { expect, test } from '@jest/globals';
import { healthStartPeriod } from '../../../../src/check/rules/health/health.start-period.ts';
import type { Judgement } from '../../../../src/model/verdict.ts';
import { blankImage } from '../../../support/blank.ts';
import { dockerfileFacts } from '../../../support/dockerfile-facts.ts';
import { checkRule } from '../../../support/judging.ts';

const judge = (text: string, target?: string): Judgement =>
  checkRule(
    healthStartPeriod,
    { dockerfile: dockerfileFacts(text) },
    blankImage(target === undefined ? {} : { target }),
  );

test.each([
  ['FROM a\nHEALTHCHECK --interval=30s --timeout=30s --start-period=5s --retries=3 \\\n    CMD curl -f http://x', 2],
  ['FROM a\nHEALTHCHECK --interval=30s \\\n  --start-period=2s \\\n  CMD true', 3],
  ['FROM a\nHEALTHCHECK --start-period=20s --start-interval=30s CMD true', 2],
  ['FROM a AS b\nHEALTHCHECK --start-period=1s CMD true\nFROM b', 2],
])('%j is found at line %d', (text, line) => {
  expect(judge(text)).toMatchObject({ status: 'failed', findings: [{ place: { file: 'Dockerfile', line } }] });
});

test.each([
  'FROM a\nHEALTHCHECK --interval=30s --start-period=40s CMD true',
  'FROM a\nHEALTHCHECK --start-period=6s CMD true',
  'FROM a\nHEALTHCHECK --start-period=3s --start-interval=1s CMD true',
  'FROM a\nHEALTHCHECK --start-period=1s CMD true\nHEALTHCHECK --start-period=1m CMD true',
])('%j passes', (text) => {
  expect(judge(text).status).toBe('passed');
});

test.each([
  'FROM a',
  'FROM a\nHEALTHCHECK NONE',
  'FROM a\nHEALTHCHECK CMD true',
  'FROM a AS b\nHEALTHCHECK --start-period=1s CMD true\nFROM a',
])('%j is skipped', (text) => {
  expect(judge(text).status).toBe('skipped');
});

test('the target that is built counts', () => {
  const text = 'FROM a AS one\nHEALTHCHECK --start-period=1s CMD true\nFROM a AS two';
  expect(judge(text, 'one').status).toBe('failed');
  expect(judge(text, 'two').status).toBe('skipped');
});
