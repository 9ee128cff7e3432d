import { expect, test } from '@jest/globals';
import { requirementsPinned } from '../../../../src/check/rules/requirements/requirements.pinned.ts';
import { parseRequirements } from '../../../../src/plan/requirement-text.ts';
import { checkRule } from '../../../support/judging.ts';

const judge = (text: string) =>
  checkRule(requirementsPinned, { requirements: [{ file: 'r.txt', requirements: parseRequirements(text, 'r.txt') }] });

test('open requirements are counted, at the line of the first', () => {
  const text = '# comment\na==1.0\nb>=2 # why\nc\nd[extra]~=1.0 ; python_version < "3.12"\n';
  expect(judge(text)).toMatchObject({
    status: 'failed',
    findings: [{ message: expect.stringContaining('3 of 4 requirements'), place: { file: 'r.txt', line: 3 } }],
  });
});

test.each([
  'a==1.0\nb[x]==2.0.1 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n',
  'a===1.0\n-r other.txt\n--index-url https://x\n-c constraints.txt',
  'a @ https://example.org/a-1.0-py3-none-any.whl',
  'a==1.0 ; sys_platform == "linux"',
  './local\nhttps://example.org/x.whl',
  '',
])('%j passes', (text) => {
  expect(judge(text)).toEqual({ status: 'passed' });
});

test.each(['a==1.*', 'a==1.0,<2', 'a', 'a<2'])('%j is open', (text) => {
  expect(judge(text).status).toBe('failed');
});

test('a build without lists is skipped', () => {
  expect(checkRule(requirementsPinned, { requirements: [] }).status).toBe('skipped');
});
