import { expect, test } from '@jest/globals';
import { userArbitraryUid } from '../../../../src/check/rules/user/user.arbitrary-uid.ts';
import type { TrialRun } from '../../../../src/model/facts.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { trialOf } from '../../../support/runs.ts';

const judge = (change: Partial<TrialRun>) => checkRule(userArbitraryUid, { 'arbitrary-uid': trialOf(change) });

test('usable under any uid passes', () => {
  expect(judge({})).toEqual({ status: 'passed', seen: 'usable after 1.2 s' });
});

test.each([
  ["KeyError: 'getpwuid(): uid not found: 1002700000'", 'ENV USER=app HOME=/tmp'],
  ['torch._inductor.exc.InductorError', 'ENV USER=app HOME=/tmp'],
  ["PermissionError: [Errno 13] Permission denied: '/app/cache'", 'chgrp -R 0'],
  ['Segmentation fault', 'Run it by hand with --user 1002700000:0'],
])('%s gets its own advice', (line, remedy) => {
  const judgement = judge({ usable: false, problem: 'it ended by itself with exit code 1', log: [line] });
  expect(messagesOf(judgement)[0]).toContain('not usable as uid 1002700000, gid 0: it ended by itself');
  expect(JSON.stringify(judgement)).toContain(remedy);
});
