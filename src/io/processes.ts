import { execa } from 'execa';
import type { Processes, ProcessOptions, ProcessResult } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import { systemCode } from './file-faults.ts';
import { makeTail, type Tail } from './tail.ts';

/** Bytes of an output that are kept when nobody streams it, and when somebody does. */
const KEPT = 64 * 2 ** 20;
const KEPT_STREAMED = 256 * 2 ** 10;
/** The right to ask for identity tokens, for any audience, is ours alone, and so is what the action was given: no child inherits it. */
const WITHHELD = {
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: undefined,
  ACTIONS_ID_TOKEN_REQUEST_URL: undefined,
  'INPUT_GITHUB-TOKEN': undefined,
  INPUT_SECRETS: undefined,
  'INPUT_REGISTRY-CREDENTIALS': undefined,
};
/** Milliseconds between the polite signal and the deadly one. */
const GRACE = 5_000;

/**
 * Programs as children in process groups of their own: deadline and abort end the whole group, not the child alone.
 * `grace` is what a group has, in milliseconds, between SIGTERM and SIGKILL.
 */
export function makeProcesses({ grace = GRACE }: { readonly grace?: number } = {}): Processes {
  return { run: (program, argv, options = {}) => run(program, argv, options, grace) };
}

async function run(
  program: string,
  argv: readonly string[],
  options: ProcessOptions,
  grace: number,
): Promise<ProcessResult> {
  if (options.signal?.aborted === true) return { exitCode: 128 + 15, stdout: '', stderr: '', timedOut: false };
  const child = execa(program, argv, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...WITHHELD, ...options.env },
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.deadline === undefined ? {} : { timeout: Math.max(1, Math.ceil(options.deadline)) }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    killDescendants: true,
    forceKillAfterDelay: grace,
    buffer: false,
    reject: false,
    stripFinalNewline: false,
  });
  const stdout = collect(child.stdout, options.onStdout);
  const stderr = collect(child.stderr, options.onStderr);
  const result = await child;
  if (result.timedOut || result.isCanceled) child.kill('SIGKILL');
  if (child.pid === undefined && !result.isCanceled) throw cannotStart(program, result.cause ?? result);
  return { exitCode: exitCodeOf(result), stdout: stdout.text(), stderr: stderr.text(), timedOut: result.timedOut };
}

function collect(stream: NodeJS.ReadableStream, callback: ((chunk: Uint8Array) => void) | undefined): Tail {
  const tail = makeTail(callback === undefined ? KEPT : KEPT_STREAMED);
  stream.on('data', (chunk: Uint8Array) => {
    tail.push(chunk);
    callback?.(chunk);
  });
  return tail;
}

const SIGNALS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/** As a shell reports it: 128 + the signal's number for a killed program. */
function exitCodeOf(result: { readonly exitCode?: number; readonly signal?: string }): number {
  return result.exitCode ?? 128 + (SIGNALS[result.signal ?? ''] ?? 0);
}

function cannotStart(program: string, cause: unknown): Fault {
  const code = systemCode(cause) ?? 'unknown error';
  const why = code === 'ENOENT' ? 'there is no such program' : code === 'EACCES' ? 'it may not be executed' : code;
  return new Fault(`${program} cannot be started: ${why}`, {
    remedy: `Install ${program}, or put the folder that holds it on PATH.`,
    cause,
  });
}
