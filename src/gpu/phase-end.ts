import type { GpuPhase } from '../model/gpu-config.ts';
import type { GpuPhaseResult } from '../model/gpu-verdict.ts';
import type { RunEnd } from './container.ts';
import { findLogText } from './diagnosis-table.ts';
import { compareEnd } from './expectation.ts';
import type { Work } from './place.ts';
import { fromWords, type Problem, sight } from './problem.ts';

/** The work of a phase. */
export function workOf({ work, mounts }: GpuPhase): Work {
  return work.kind === 'probe' ? work : { ...work, mounts };
}

/** What kept a run from being what is expected; undefined: nothing. */
export function findEndProblem(phase: GpuPhase, end: RunEnd): Problem | undefined {
  const words = `${end.stdout}\n${end.stderr}`;
  if (end.startError !== undefined) return fromWords(end.startError, 'phase-failed');
  if (end.cancelled) return sight('cancelled');
  if (end.timedOut) return sight('phase-time', `it was ended after ${String(Math.round(end.elapsed / 1000))} s`);
  if (end.outOfMemory) return sight('out-of-memory', `exit ${String(end.exitCode)}`);
  const missed = expectationsOf(phase, end).find(({ passed }) => !passed);
  if (missed === undefined) return undefined;
  const row = findLogText(words);
  const part = row?.text?.exec(words)?.[0];
  if (row !== undefined && part !== undefined) return { row, seen: lineWith(words, part) };
  const id = missed.what.startsWith('exit') ? 'phase-failed' : 'expectation';
  return sight(id, `${missed.what} expected, seen ${missed.seen}`);
}

function lineWith(words: string, part: string): string {
  return words.split('\n').find((line) => line.includes(part)) ?? part;
}

/** What is expected of the command, and what was seen; nothing where it never ran. */
export function expectationsOf({ expect }: GpuPhase, end: RunEnd): GpuPhaseResult['expectations'] {
  return end.startError === undefined ? compareEnd(expect, end) : [];
}
