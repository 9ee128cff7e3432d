import * as core from '@actions/core';
import { runAction } from './action.ts';
import { readInputs } from './inputs.ts';
import { makeEffects } from './io/effects.ts';
import { declareArtifacts } from './io/runner-artifacts.ts';
import { abortOnSignals, exitAfterFlush } from './io/process-end.ts';
import { EXIT, exitCodeOf, Fault } from './model/fault.ts';
import { renderFaultCommand } from './report/annotations.ts';

/** Entry of the action's main step: inputs → run → outputs, summary and annotations. */
async function runMain(): Promise<number> {
  try {
    const inputs = readInputs(process.env, process.env['GITHUB_WORKSPACE'] ?? process.cwd());
    for (const secret of Object.values(inputs.secrets)) core.setSecret(secret);
    for (const { password } of Object.values(inputs.logins)) core.setSecret(password);
    const effects = makeEffects({
      // Secrets live in this object only: neither our own environment nor a file ever holds them.
      env: { ...process.env, ...inputs.secrets },
      stdout: process.stdout,
      stderr: process.stderr,
      signal: abortOnSignals(),
      color: true,
      commands: true,
      mask: core.setSecret,
      githubToken: inputs.githubToken,
      logins: inputs.logins,
      artifactScope: inputs.scope,
    });
    core.saveState('run', effects.runId);
    return await runAction(effects, inputs, {
      setOutput: core.setOutput,
      addSummary: async (markdown) => {
        await core.summary.addRaw(markdown).write();
      },
      ...(effects.artifacts === undefined ? {} : { artifacts: effects.artifacts }),
      declareArtifacts: (references) => declareArtifacts(process.env['GITHUB_ARTIFACTS'], references),
    });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    process.stdout.write(`${renderFaultCommand(error)}\n`);
    return exitCodeOf(error);
  }
}

await exitAfterFlush(runMain, EXIT.bug);
