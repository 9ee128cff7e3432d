import { expect, test } from '@jest/globals';
import { stackStarts } from '../../../../src/check/rules/stack/stack.starts.ts';

const PROBLEM = {
  message: 'the variable KEY is not set',
  place: { file: 'docker-compose.yml', line: 4 },
  remedy: 'Set it under stack.env.',
};

test('what keeps a stack from starting is what the stage found', () => {
  const judge = (problems: readonly (typeof PROBLEM)[]) =>
    stackStarts.check({ 'stack-start': { problems } }, { settings: {} });
  expect(judge([])).toEqual({ status: 'passed' });
  expect(judge([PROBLEM])).toEqual({ status: 'failed', findings: [PROBLEM] });
});
