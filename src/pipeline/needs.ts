import { z } from 'zod';
import { Fault } from '../model/fault.ts';
import type { StackJobEnd } from '../model/stack-judgement.ts';

const needsSchema = z.record(
  z.string().regex(/^[A-Za-z_][\w-]*$/),
  z.object({
    result: z.enum(['success', 'failure', 'cancelled', 'skipped']),
    // act writes null for a job without any.
    outputs: z
      .record(z.string(), z.string())
      .nullish()
      .transform((outputs) => outputs ?? undefined),
  }),
);

/** How one job ended. */
interface Need {
  readonly result: 'success' | 'failure' | 'cancelled' | 'skipped';
  /** As GitHub kept them: unlike an artifact, no other job can replace them. */
  readonly outputs?: Readonly<Record<string, string>> | undefined;
}

/** How the jobs before the gate ended, by their names in the workflow. */
export type Needs = Readonly<Record<string, Need>>;

/** The job that starts the stack with what waits in staging. */
export const STACK_JOB = 'stack';

const RESULTS = { success: 'went through', failure: 'failed', cancelled: 'was cancelled', skipped: 'was skipped' };

/** How a job ended, for a sentence. */
export function describeResult(result: Need['result']): string {
  return RESULTS[result];
}

/** How the job that starts the stack ended; undefined where nobody waited for one. */
export function stackJobOf(needs: Needs): StackJobEnd | undefined {
  const result = needs[STACK_JOB]?.result;
  if (result === undefined) return undefined;
  return { succeeded: result === 'success', words: `the ${STACK_JOB} job ${describeResult(result)}` };
}

/** Reads `toJSON(needs)`. Throws a Fault for anything else. */
export function parseNeeds(text: string): Needs {
  try {
    return needsSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Fault('the input needs does not say how the jobs before it ended', {
      where: 'input needs',
      remedy: 'Write needs: ${{ toJSON(needs) }}, in the job that needs them.',
      cause,
    });
  }
}
