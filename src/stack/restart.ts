import type { RestartCheck, StackCheck } from '../model/stack-config.ts';
import type { RestartPhase, StackProbe, StackRestartFacts } from '../model/stack-facts.ts';
import { probe, probeOnce, type Asker } from './probes.ts';

/** How the stack is brought down and up again; the answer is why it did not come up. */
export interface Restarts {
  /** The same containers, stopped and started. */
  readonly restart: () => Promise<string | undefined>;
  /** New containers over the same volumes. */
  readonly recreate: () => Promise<string | undefined>;
}

type Phase = StackRestartFacts['phases'][number];

/** Whether a read fails before anything was written: only then can it tell an app that keeps its data from one that forgets. */
export async function isBlind(asker: Asker, { read }: RestartCheck): Promise<boolean> {
  const before = await Promise.all(read.map((check) => probeOnce(asker, check)));
  return before.every(({ problems }) => problems.length === 0);
}

/** Writes, reads back, and reads again after a restart and after `down` and `up`; stops at the first phase that fails. */
export async function observeRestarts(
  asker: Asker,
  check: RestartCheck,
  done: readonly StackCheck[],
  restarts: Restarts,
): Promise<readonly Phase[]> {
  const phases: Phase[] = [];
  const writes = check.write.filter((write) => !done.includes(write));
  const steps: readonly (readonly [RestartPhase, readonly StackCheck[], (() => Promise<string | undefined>)?])[] = [
    ['at the write', writes],
    ['after the write', check.read],
    ['after a restart', check.read, restarts.restart],
    ['after down and up', check.read, restarts.recreate],
  ];
  for (const [phase, checks, prepare] of steps) {
    const down = await prepare?.();
    const failed = down === undefined ? await probeAll(asker, checks) : [];
    phases.push({ phase, failed, ...(down === undefined ? {} : { down }) });
    if (failed.length > 0 || down !== undefined) break;
  }
  return phases;
}

/** One after the other, in the order written; those that were not met. */
async function probeAll(asker: Asker, checks: readonly StackCheck[]): Promise<readonly StackProbe[]> {
  const failed: StackProbe[] = [];
  for (const check of checks) {
    const seen = await probe(asker, check);
    if (seen.problems.length > 0) failed.push(seen);
  }
  return failed;
}
