import type { Effects } from '../model/effects.ts';
import type { ContainerSpec } from '../model/engine.ts';
import { Fault, messageOf } from '../model/fault.ts';

/** What one container, or one process in this container, came to. */
export interface RunEnd {
  /** Why the process never came to exist, in the engine's words. */
  readonly startError?: string;
  readonly exitCode: number;
  /** Milliseconds from the start to the end. */
  readonly elapsed: number;
  readonly timedOut: boolean;
  /** Ended from outside: the stage's time was over, or the run was stopped. */
  readonly cancelled: boolean;
  readonly outOfMemory: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** Last lines of both, in order. */
  readonly tail: readonly string[];
}

export interface RunLimits {
  /** Milliseconds. */
  readonly within: number;
  readonly signal: AbortSignal;
  /** Called when the process exists, with what names it to the engine. */
  readonly onStart?: (id: string) => void;
}

/** Seconds a container has after SIGTERM. */
const GRACE = 5;
const KEPT_LINES = 5000;
const TAIL = 60;
const LONGEST_LINE = 500;

/**
 * Creates, starts and awaits one container, and removes it whatever happened.
 * A container that never ran is told by its state, not by an exit code: the engine turns every "no such file" into 127.
 */
export async function runContainer(
  { engine, clock }: Pick<Effects, 'engine' | 'clock'>,
  spec: ContainerSpec,
  limits: RunLimits,
): Promise<RunEnd> {
  let id: string;
  try {
    id = await engine.createContainer(spec);
  } catch (error) {
    return neverStarted(error);
  }
  try {
    try {
      await engine.startContainer(id);
    } catch (error) {
      const { error: words } = await engine.inspectContainer(id);
      return neverStarted(error, words);
    }
    const begin = clock.monotonic();
    limits.onStart?.(id);
    const ending = await awaitEnd({ engine, clock }, id, limits);
    const elapsed = clock.monotonic() - begin;
    if (ending !== 'ended') await engine.stopContainer(id, GRACE);
    const state = await engine.inspectContainer(id);
    const { stdout, stderr, both } = await engine.logs(id, KEPT_LINES);
    return {
      exitCode: state.exitCode,
      elapsed,
      timedOut: ending === 'late',
      cancelled: ending === 'cancelled',
      outOfMemory: state.oomKilled,
      stdout,
      stderr,
      tail: lastLines(both),
    };
  } finally {
    await engine.removeContainer(id);
  }
}

/** What a process that never came to exist is reported as. Anything but a Fault is our own bug and goes on. */
export function neverStarted(error: unknown, words = ''): RunEnd {
  if (!(error instanceof Fault)) throw error;
  const startError = words === '' ? messageOf(error) : words;
  return {
    startError,
    exitCode: 127,
    elapsed: 0,
    timedOut: false,
    cancelled: false,
    outOfMemory: false,
    stdout: '',
    stderr: '',
    tail: [],
  };
}

/** The last lines, whole: what is cut before secrets are taken out may keep the first part of one. */
export function lastLines(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trimEnd());
  if (lines.at(-1) === '') lines.pop();
  return lines.slice(-TAIL);
}

/** The last lines as far as a report shows them. */
export function tailOf(text: string): string[] {
  return lastLines(text).map((line) => line.slice(0, LONGEST_LINE));
}

async function awaitEnd(
  { engine, clock }: Pick<Effects, 'engine' | 'clock'>,
  id: string,
  { within, signal }: RunLimits,
): Promise<'ended' | 'late' | 'cancelled'> {
  if (signal.aborted) return 'cancelled';
  const over = new AbortController();
  const done = AbortSignal.any([over.signal, signal]);
  const late = clock.sleep(within, done).then(
    () => 'late' as const,
    () => 'cancelled' as const,
  );
  const ended = engine.waitContainer(id, done).then(
    () => 'ended' as const,
    (error: unknown) => {
      if (done.aborted) return 'cancelled' as const;
      throw error;
    },
  );
  try {
    return await Promise.race([ended, late]);
  } finally {
    over.abort();
  }
}
