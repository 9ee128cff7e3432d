import { expect, test } from '@jest/globals';
import { requirementsKnownNames } from '../../../../src/check/rules/requirements/requirements.known-names.ts';
import { parseRequirements } from '../../../../src/plan/requirement-text.ts';
import { checkRule } from '../../../support/judging.ts';

const index = 'https://pypi.org/simple';

test('a name that the index does not have is found at its line', () => {
  const unknown = parseRequirements('a\nno_such.package[x]>=1', 'r.txt').slice(1);
  expect(checkRule(requirementsKnownNames, { 'package-index': { index, asked: 2, unknown } })).toMatchObject({
    status: 'failed',
    findings: [{ seen: 'no-such-package', place: { file: 'r.txt', line: 2 } }],
  });
});

test('names that are all there pass, and nobody is asked by default', () => {
  const facts = { 'package-index': { index, asked: 2, unknown: [] } };
  expect(checkRule(requirementsKnownNames, facts)).toEqual({ status: 'passed', seen: '2 names' });
  expect(requirementsKnownNames.severity).toBe('off');
});
