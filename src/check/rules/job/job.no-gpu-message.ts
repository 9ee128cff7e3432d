import { z } from 'zod';
import type { SingleRun } from '../../../model/run-facts.ts';
import { lastLine } from '../../last-line.ts';
import { defineRule } from '../../rule.ts';
import { durationSetting } from '../../settings.ts';

const settings = z.strictObject({
  within: durationSetting.default(60_000).describe('How long it may take to notice.'),
});

const SAYS_SO = /\b(?:gpus?|cuda|nvidia|device)\b/i;

/** A GPU job on a machine without one ends soon, not well, and says why; off by default, because many jobs may use the CPU instead. */
export const jobNoGpuMessage = defineRule({
  id: 'job.no-gpu-message',
  title: 'Without a GPU the job ends soon and says why',
  severity: 'off',
  keys: [],
  kinds: ['job'],
  needs: ['cuda', 'no-gpu-run'],
  settings,
  check(facts) {
    const run = facts['no-gpu-run'];
    const problem = findProblem(run);
    if (problem === undefined) return { status: 'passed', seen: lastLine(run) };
    return {
      status: 'failed',
      findings: [
        {
          message: `without a GPU the job ${problem}`,
          remedy: 'Look for the GPU first thing, and end with a message and a non-zero exit code when there is none.',
        },
      ],
    };
  },
});

function findProblem(run: SingleRun): string | undefined {
  if (run.startError !== undefined) return `did not start: ${run.startError}`;
  if (run.timedOut) return 'was still running when its time was over';
  if (run.exitCode === 0) return 'ended with exit code 0, as if it had done its work';
  if (SAYS_SO.test(`${run.stdout}\n${run.stderr}`)) return undefined;
  return `ended with exit code ${String(run.exitCode)} and does not name the reason: ${lastLine(run)}`;
}
