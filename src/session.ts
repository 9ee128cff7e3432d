import { recordFileIn } from './model/record-file.ts';
import type { Effects } from './model/effects.ts';
import { EXIT, type ExitCode, exitCodeOf, Fault, messageOf, SIGNAL_EXIT, stopSignalOf } from './model/fault.ts';
import type { RunRecord } from './model/record.ts';
import { exitCodeFor } from './model/record-verdict.ts';
import { REPOSITORY, VERSION } from './model/version.ts';
import { runPipeline } from './pipeline.ts';
import { requireRoom } from './pipeline/output-folder.ts';
import type { Request } from './pipeline/request.ts';
import { toLine } from './report/escape.ts';
import { faultLines } from './report/fault.ts';

export interface SessionResult {
  readonly exitCode: ExitCode;
  /** Absent when the run ended before there was anything to record. With a fault beside it: whoever shows it tells that, too. */
  readonly record?: RunRecord;
  /** Where the record was written. */
  readonly recordFile?: string;
  readonly fault?: Fault;
}

/** Runs a command from request to exit code: the same for every face. The record is on disk before anything is reported, and nothing of ours is left running. */
export async function runSession(effects: Effects, request: Request): Promise<SessionResult> {
  try {
    await effects.files.removeLeftovers();
    await requireRoom(effects.files, request.output);
    const record = await runPipeline(effects, request);
    if (record.problems.length > 0) effects.signal.throwIfAborted();
    return await keep(effects, record, recordFileIn(request.output));
  } catch (error) {
    return failed(effects, error);
  } finally {
    await cleanUp(effects);
  }
}

/** What a long run came to is not lost with the file it should stand in: whoever started it sees it, and hears why it is not kept. */
async function keep({ files }: Effects, record: RunRecord, recordFile: string): Promise<SessionResult> {
  try {
    await files.writeAtomic(recordFile, `${JSON.stringify(record, null, 2)}\n`);
    return { exitCode: exitCodeFor(record), record, recordFile };
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return { exitCode: exitCodeOf(fault), record, fault };
  }
}

/** Closes what the run served or wrote for itself; when that fails the verdict stands and the person is told. */
async function cleanUp(effects: Effects): Promise<void> {
  try {
    await effects.engineImages.close();
  } catch (error) {
    effects.output.stderr(`warning: a temporary folder of this run could not be removed: ${messageOf(error)}\n`);
  }
}

/** Does what the verdict does not depend on; when that fails, the person is told and the run goes on. */
export async function orWarn(effects: Effects, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const where = error instanceof Fault && error.where !== undefined ? ` (${toLine(error.where)})` : '';
    effects.output.stderr(`warning: ${what} could not be written: ${toLine(messageOf(error))}${where}\n`);
  }
}

function failed(effects: Effects, error: unknown): SessionResult {
  const signal = stopSignalOf(effects.signal);
  // Whatever broke after the signal broke because of it.
  if (signal !== undefined) {
    effects.output.problem(`stopped by ${signal}; nothing was recorded\n`);
    return { exitCode: SIGNAL_EXIT[signal] };
  }
  if (error instanceof Fault) {
    effects.output.problem(faultLines(error, effects.output.color));
    return { exitCode: exitCodeOf(error), fault: error };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  effects.output.problem(
    `slipway ${VERSION} has a bug; please report it at https://github.com/${REPOSITORY}/issues\n${stack}\n`,
  );
  return { exitCode: EXIT.bug };
}
