import { z } from 'zod';
import { formatDuration } from '../../../model/duration.ts';
import type { StopObservation } from '../../../model/facts.ts';
import { defineRule } from '../../rule.ts';
import { explainEnd } from '../../run-words.ts';

const settings = z.strictObject({
  exit: z
    .array(z.int().min(0).max(255))
    .min(1)
    .default([0, 143])
    .meta({ description: 'Exit codes that count as an orderly end.' }),
});

/** The container ends by itself within its grace when it is told to, instead of being killed in the middle of its work. */
export const stopGraceful = defineRule({
  id: 'stop.graceful',
  title: 'The service ends by itself in time when it is told to stop',
  severity: 'error',
  keys: ['stops-within'],
  kinds: ['service'],
  needs: ['service'],
  instruction: 'CMD',
  settings,
  check({ service }, { image, settings: { exit } }) {
    const { stop } = service;
    if (stop === undefined) {
      return {
        status: 'undecided',
        reason: explainEnd(service) ?? 'the container was given up before it could be stopped',
      };
    }
    const problem = complainAbout(stop, image.stopsWithin, exit);
    const seen = `${formatDuration(stop.elapsed)}, exit code ${String(stop.exitCode)}`;
    if (problem === undefined) return { status: 'passed', seen };
    const allowed = `${formatDuration(image.stopsWithin)}, exit code ${exit.join(' or ')}`;
    return { status: 'failed', findings: [{ message: problem, seen, allowed, remedy: adviseOn(stop) }] };
  },
});

function complainAbout(stop: StopObservation, within: number, exit: readonly number[]): string | undefined {
  if (stop.oomKilled) return 'it was killed for memory while it stopped';
  if (stop.elapsed >= within) {
    const killed = stop.exitCode === 137 ? ' and had to be killed (exit code 137)' : '';
    return `it did not end within ${formatDuration(within)} of ${stop.signal}${killed}`;
  }
  if (exit.includes(stop.exitCode)) return undefined;
  return `it ended ${formatDuration(stop.elapsed)} after ${stop.signal} with exit code ${String(stop.exitCode)}`;
}

function adviseOn(stop: StopObservation): string {
  if (/KILL$|^9$/.test(stop.signal)) return 'Remove STOPSIGNAL SIGKILL: no program can end in order after it.';
  if (stop.exitCode === 137) {
    return 'Start the program in exec form (or with `exec` in the script) so that it gets the signal, and let it handle it.';
  }
  return 'Handle the stop signal and end with 0; where another code is right, write it under rules: stop.graceful: exit.';
}
