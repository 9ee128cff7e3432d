import { z } from 'zod';
import { Fault } from '../model/fault.ts';

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

/** Reads `toJSON(needs)`. Throws a Fault for anything else. */
export function parseNeeds(text: string): Needs {
  try {
    return needsSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Fault('the input needs does not say how the jobs before the gate ended', {
      where: 'input needs',
      remedy: 'Write needs: ${{ toJSON(needs) }}, in a job with if: always() that needs them all.',
      cause,
    });
  }
}
