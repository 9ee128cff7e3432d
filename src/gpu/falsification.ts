import { formatDuration } from '../model/duration.ts';
import type { GpuPhase } from '../model/gpu-config.ts';
import type { GpuPhaseResult } from '../model/gpu-verdict.ts';
import type { RunEnd } from './container.ts';
import { findEndProblem, workOf } from './phase-end.ts';
import { type Problem, sight } from './problem.ts';
import type { StageWorld } from './stage-world.ts';

export interface Falsification {
  readonly result: NonNullable<GpuPhaseResult['withoutGpu']>;
  readonly problem?: Problem;
}

/** Runs the same without a GPU: what passes there as well proves nothing about one (gpu.md check 13). */
export async function runWithoutGpu(
  { place, signal }: StageWorld,
  phase: GpuPhase,
  ends: readonly RunEnd[],
): Promise<Falsification> {
  const usual = Math.min(...ends.map(({ elapsed }) => elapsed));
  const factor = typeof phase.withoutGpu === 'object' ? phase.withoutGpu.slower : undefined;
  const within = factor === undefined ? phase.within : Math.ceil(usual * factor);
  const end = await place.run(workOf(phase), { within, signal }, { gpu: false });
  const expected = factor === undefined ? 'it fails' : `it takes at least ${String(factor)} times as long`;
  const make = (seen: string, problem?: Problem): Falsification => ({
    result: { expected, seen, passed: problem === undefined, elapsed: end.elapsed },
    ...(problem === undefined ? {} : { problem }),
  });
  if (end.startError !== undefined)
    return make('it could not be started', sight('falsification-failed', end.startError));
  if (end.cancelled) return make('it was stopped from outside', sight('cancelled'));
  if (end.timedOut) return make(`it had not ended after ${formatDuration(end.elapsed)}`);
  if (findEndProblem(phase, end) !== undefined) return make(`it failed with exit ${String(end.exitCode)}`);
  const took = `it passed in ${formatDuration(end.elapsed)}, with a GPU in ${formatDuration(usual)}`;
  return make(took, sight('test-not-discriminating', took));
}
