import * as core from '@actions/core';
import { makeEffects } from './io/effects.ts';
import { exitAfterFlush } from './io/process-end.ts';
import { RUN_LABEL } from './model/engine.ts';

/** Entry of the action's post step: removes what the main step may have left when it was cancelled; never fails the job. */
async function runPost(): Promise<number> {
  const run = core.getState('run');
  if (!/^[0-9a-f]{8,64}$/.test(run)) return 0;
  const effects = makeEffects({
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: AbortSignal.timeout(60_000),
  });
  await effects.files.removeLeftovers(run);
  try {
    await effects.engine.removeLabelled(`${RUN_LABEL}=${run}`);
    await effects.engine.untagRun(run);
  } catch (error) {
    core.warning(
      `what run ${run} left in the engine could not be removed: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return 0;
}

await exitAfterFlush(runPost, 0);
