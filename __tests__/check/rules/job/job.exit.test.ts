import { expect, test } from '@jest/globals';
import { jobExit } from '../../../../src/check/rules/job/job.exit.ts';
import type { JobRunCheck } from '../../../../src/model/check-config.ts';
import type { JobObservation } from '../../../../src/model/facts.ts';
import { blankImage } from '../../../support/blank.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';
import { jobCheck, jobRun } from '../../../support/runs.ts';

function judge(run: Partial<JobObservation> | undefined, check: Partial<JobRunCheck> = {}) {
  const image = blankImage({ kind: 'job', run: [jobCheck(check)] });
  const runs = run === undefined ? [] : [jobRun(run)];
  return checkRule(jobExit, { jobs: { runs, memory: { oomKilled: false } } }, image);
}

test('an end as declared passes', () => {
  expect(judge({}, { stdout: /workflow complete/ })).toEqual({ status: 'passed', seen: '1 runs, slowest 900 ms' });
  expect(judge({ exitCode: 2 }, { exit: 2 }).status).toBe('passed');
  expect(judge({ stderr: 'no gpu' }, { stderr: /no gpu/ }).status).toBe('passed');
});

const output = 'its last output was "workflow complete"';
test.each<[string, Partial<JobObservation> | undefined, Partial<JobRunCheck>, string]>([
  ['another exit code', { exitCode: 1 }, {}, `it ended with exit code 1 instead of 0; ${output}`],
  ['the deadline', { timedOut: true, exitCode: 137 }, {}, `it did not end within 1 m 0 s; ${output}`],
  [
    'memory',
    { oomKilled: true, exitCode: 137 },
    {},
    `it was killed for memory; it ended with exit code 137 instead of 0; ${output}`,
  ],
  ['memory of a child alone', { oomKilled: true }, {}, `it was killed for memory; ${output}`],
  ['no start', { startError: 'no such file' }, {}, `it never started: no such file; ${output}`],
  ['other output', {}, { stdout: /42 cells/ }, `its output does not match /42 cells/; ${output}`],
  ['other error output', {}, { stderr: /warn/ }, `its error output does not match /warn/; ${output}`],
])('%s fails', (_, run, check, message) => {
  const judgement = judge(run, check);
  expect(messagesOf(judgement)).toEqual([`run 1 ("run"): ${message}`]);
  expect(judgement).toMatchObject({ findings: [{ place: { line: 7 } }] });
});

test('a run that is missing fails, and no runs declared is skipped', () => {
  expect(messagesOf(judge(undefined))).toEqual(['run 1 ("run"): it was never run']);
  const none = checkRule(jobExit, {
    jobs: { runs: [jobRun({ check: -1, exitCode: 1 })], memory: { oomKilled: false } },
  });
  expect(none.status).toBe('skipped');
});
