import type { Effects } from './model/effects.ts';
import { exitCodeOf, Fault } from './model/fault.ts';
import type { ReadFragment } from './model/fragment.ts';
import { recordFileIn } from './model/record-file.ts';
import { exitCodeFor } from './model/record-verdict.ts';
import { refuseWithoutArtifacts, type RunArtifacts } from './model/run-artifacts.ts';
import { concludeJobs } from './pipeline/conclude.ts';
import { readFragments } from './pipeline/fragments.ts';
import type { Needs } from './pipeline/needs.ts';
import { outputsOf } from './report/action-outputs.ts';
import { faultLines } from './report/fault.ts';
import type { SessionResult } from './session.ts';

/** The last job of a workflow run: joins what the others left, and decides. It always ends with a verdict. */
export async function runGate(
  effects: Effects,
  artifacts: RunArtifacts | undefined,
  needs: Needs,
  output: string,
): Promise<SessionResult> {
  try {
    if (artifacts === undefined) throw refuseWithoutArtifacts(effects.env);
    const fragments = await readFragments(effects, artifacts);
    requireThePlan(fragments, needs);
    const record = concludeJobs(fragments, needs, effects.clock.now());
    const recordFile = recordFileIn(output);
    await effects.files.writeAtomic(recordFile, `${JSON.stringify(record, null, 2)}\n`);
    return { exitCode: exitCodeFor(record), record, recordFile };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    effects.output.problem(faultLines(error, effects.output.color));
    return { exitCode: exitCodeOf(error), fault: error };
  }
}

/**
 * What there should be stands in the plan's record, which any job of the run can replace; what the plan job told GitHub none can.
 * Throws a Fault where they differ. GitHub keeps no output that holds a secret: an empty one says nothing.
 */
function requireThePlan(fragments: readonly ReadFragment[], needs: Needs): void {
  const plan = fragments.find(({ job }) => job === 'plan');
  if (plan === undefined) return;
  const own = outputsOf(plan.record);
  const told = Object.entries(needs['plan']?.outputs ?? {});
  const [other] = told.filter(([name, text]) => text !== '' && own[name] !== undefined && own[name] !== text);
  if (other === undefined) return;
  throw new Fault(`the plan's record is not what the plan job wrote: it differs in ${other[0]}`, {
    remedy: 'See which job of this run replaced the artifact, and run the workflow again.',
  });
}
