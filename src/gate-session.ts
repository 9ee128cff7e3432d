import type { Effects } from './model/effects.ts';
import { exitCodeOf, Fault } from './model/fault.ts';
import { recordFileIn } from './model/record-file.ts';
import { exitCodeFor } from './model/record-verdict.ts';
import type { RunArtifacts } from './model/run-artifacts.ts';
import { concludeJobs } from './pipeline/conclude.ts';
import { readFragments } from './pipeline/fragments.ts';
import type { Needs } from './pipeline/needs.ts';
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
    if (artifacts === undefined) {
      throw new Fault('the gate finds no artifacts of this run', {
        remedy: 'Run it as the last job of the reusable workflow; on the command line, slipway report joins records.',
      });
    }
    const record = concludeJobs(await readFragments(artifacts), needs, effects.clock.now());
    const recordFile = recordFileIn(output);
    await effects.files.writeAtomic(recordFile, `${JSON.stringify(record, null, 2)}\n`);
    return { exitCode: exitCodeFor(record), record, recordFile };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    effects.output.problem(faultLines(error, effects.output.color));
    return { exitCode: exitCodeOf(error), fault: error };
  }
}
