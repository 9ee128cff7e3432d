import { expect, test } from '@jest/globals';
import { jobNoGpuMessage } from '../../../../src/check/rules/job/job.no-gpu-message.ts';
import type { SingleRun } from '../../../../src/model/run-facts.ts';
import { cudaImage, RUNTIME_LIBRARY } from '../../../support/cuda-image.ts';
import { checkRule, messagesOf } from '../../../support/judging.ts';

const GOOD: SingleRun = {
  exitCode: 1,
  elapsed: 10,
  timedOut: false,
  oomKilled: false,
  stdout: '',
  stderr: 'no CUDA device\n',
};

function judge(change: Partial<SingleRun>) {
  const { cuda } = cudaImage([RUNTIME_LIBRARY]);
  return checkRule(jobNoGpuMessage, { cuda, 'no-gpu-run': { ...GOOD, ...change } });
}

test('a clear message and a failure pass', () => {
  expect(judge({})).toEqual({ status: 'passed', seen: 'no CUDA device' });
  expect(judge({ stderr: '', stdout: 'a GPU is needed\nTraceback' }).status).toBe('passed');
});

test.each<[Partial<SingleRun>, string]>([
  [{ exitCode: 0 }, 'without a GPU the job ended with exit code 0, as if it had done its work'],
  [{ timedOut: true }, 'without a GPU the job was still running when its time was over'],
  [
    { stderr: 'KeyError: 0\n' },
    'without a GPU the job ended with exit code 1 and does not name the reason: KeyError: 0',
  ],
  [{ startError: 'no such file' }, 'without a GPU the job did not start: no such file'],
])('%p', (change, message) => {
  expect(messagesOf(judge(change))).toEqual([message]);
});
