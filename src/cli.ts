#!/usr/bin/env node
import './node-version.ts';
import { parseCommandLine } from './command-line.ts';
import { carryOut } from './commands.ts';
import { makeEffects } from './io/effects.ts';
import { abortOnSignals, exitAfterFlush } from './io/process-end.ts';
import { findRulePages } from './io/rule-pages.ts';
import { EXIT, exitCodeOf, Fault } from './model/fault.ts';
import { faultLines } from './report/fault.ts';

async function runCommandLine(): Promise<number> {
  const { env, stdout, stderr } = process;
  try {
    const invocation = parseCommandLine(process.argv.slice(2), {
      env,
      directory: process.cwd(),
      interactive: stdout.isTTY,
      columns: stdout.columns,
    });
    const display = 'display' in invocation ? invocation.display : undefined;
    const effects = makeEffects({
      env,
      stdout,
      stderr,
      quiet: display?.quiet === true,
      signal: abortOnSignals(),
      ...(display === undefined ? {} : { color: display.color }),
    });
    return await carryOut(effects, invocation, findRulePages(process.argv[1] ?? '.'));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    stderr.write(faultLines(error, stderr.isTTY));
    return exitCodeOf(error);
  }
}

await exitAfterFlush(runCommandLine, EXIT.bug);
