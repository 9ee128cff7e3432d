import { expect, test } from '@jest/globals';
import { runMemory } from '../../../../src/check/rules/run/run.memory.ts';
import { writtenImage } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

const image = writtenImage(['memory'], { memory: 256e6 });

test('no kill passes with the peak', () => {
  const memory = { limit: 256e6, peak: 40e6, oomKilled: false };
  expect(checkRule(runMemory, { memory }, image)).toEqual({ status: 'passed', seen: 'peak 40.0 MB of 256 MB' });
  expect(checkRule(runMemory, { memory: { oomKilled: false } })).toEqual({
    status: 'passed',
    seen: 'peak unknown of no limit',
  });
});

test('a kill for memory fails, at the line of the limit', () => {
  const judgement = checkRule(runMemory, { memory: { limit: 256e6, peak: 256e6, oomKilled: true } }, image);
  expect(messagesOf(judgement)).toEqual(['a process was killed for memory (limit 256 MB, peak 256 MB)']);
  expect(judgement).toMatchObject({ findings: [{ place: { file: 'slipway.yml', line: 2 } }] });
});
