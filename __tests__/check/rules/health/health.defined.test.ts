import { expect, test } from '@jest/globals';
import { healthDefined } from '../../../../src/check/rules/health/health.defined.ts';
import { blankDescription, blankRuntime } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

function judge(check: readonly string[] | undefined) {
  const timing = { interval: 30_000, timeout: 30_000, startPeriod: 0, startInterval: 5000, retries: 3 };
  const config = blankRuntime(check === undefined ? {} : { healthcheck: { test: check, ...timing } });
  return checkRule(healthDefined, { image: blankDescription({ config }) });
}

test.each([[['CMD', 'curl', '-f', 'http://localhost/']], [['CMD-SHELL', 'curl -f http://localhost/ || exit 1']]])(
  '%p is a health check',
  (check) => {
    expect(judge(check)).toEqual({ status: 'passed', seen: check[0] });
  },
);

test.each<[readonly string[] | undefined, string]>([
  [undefined, 'the image has no HEALTHCHECK'],
  [[], 'the image has no HEALTHCHECK'],
  [[''], 'the image has no HEALTHCHECK'],
  [['NONE'], 'HEALTHCHECK NONE switches health off'],
  [['NONE', 'curl'], 'HEALTHCHECK NONE switches health off'],
  [['CMD'], 'the HEALTHCHECK names no command'],
  [['CMD-SHELL', '  '], 'the HEALTHCHECK names no command'],
  [['curl', 'http://localhost/'], 'no engine executes a HEALTHCHECK of the form "curl"'],
  [['none'], 'no engine executes a HEALTHCHECK of the form "none"'],
])('%p is none', (check, message) => {
  expect(messagesOf(judge(check))).toEqual([message]);
});

test('it does not apply to jobs', () => {
  expect(healthDefined.kinds).toEqual(['service']);
});
