import { SIGNAL_EXIT, type StopSignal, stoppedBy } from '../model/fault.ts';

/** A signal that is aborted by the first SIGINT, SIGTERM or SIGHUP; the second one ends the process at once. */
export function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const name of Object.keys(SIGNAL_EXIT) as StopSignal[]) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(SIGNAL_EXIT[name]);
      process.stderr.write('\nstopping and removing what this run started (again to stop at once)\n');
      controller.abort(stoppedBy(name));
    });
  }
  return controller.signal;
}

/**
 * Runs the program and exits with its code once both streams are written out.
 * Explicit, because kept-alive sockets would hold the process for minutes.
 */
export async function exitAfterFlush(program: () => Promise<number>, bugCode: number): Promise<never> {
  let code: number;
  try {
    code = await program();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    code = bugCode;
  }
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))),
  );
  process.exit(code);
}
