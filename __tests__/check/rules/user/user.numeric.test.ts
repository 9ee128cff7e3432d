import { expect, test } from '@jest/globals';
import { userNumeric } from '../../../../src/check/rules/user/user.numeric.ts';
import { blankDescription, blankRuntime } from '../../../support/blank.ts';
import { checkRule } from '../../../support/judging.ts';

function judge(user: string) {
  return checkRule(userNumeric, { image: blankDescription({ config: blankRuntime({ user }) }) });
}

test.each(['1000', '10001:10001', '65532:0', '0'])('%p is numeric', (user) => {
  expect(judge(user)).toEqual({ status: 'passed', seen: user });
});

test.each(['app', 'app:1000', '1000:app', ':1000', '1000:', '+1000', '-1', '1e3', '1000 ', '１０００'])(
  '%p is not',
  (user) => {
    expect(judge(user)).toMatchObject({
      status: 'failed',
      findings: [{ seen: user, message: expect.stringContaining('not a number') }],
    });
  },
);

test('an image without USER is told so', () => {
  expect(judge('')).toMatchObject({ findings: [{ message: expect.stringContaining('no USER is set') }] });
});
