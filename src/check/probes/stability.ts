import type { HealthObservation, ProbeLog } from '../../model/facts.ts';
import type { ImageRuntimeConfig } from '../../model/image.ts';
import type { ContainerRun } from './container-run.ts';
import { healthArgv } from './health-test.ts';
import { pause } from '../../model/pause.ts';
import { runProbe } from './probe-exec.ts';

const SHORTEST = 5000;
const LONGEST = 30_000;
const EVERY = 500;
const ENOUGH_FAILURES = 3;
/** Our probes come on top of the engine's own and may be slower for it; slowness is the engine's to judge, by its own probes. */
const PATIENCE = 3;

/** How long a service is watched after it is ready: one more probe interval of its own, 5 s at least, 30 s at most. */
export function stabilityWindow(config: ImageRuntimeConfig): number {
  return Math.min(LONGEST, Math.max(SHORTEST, config.healthcheck?.interval ?? SHORTEST));
}

/** Keeps executing the test after healthy; a failure of ours or of the engine's own probes is flapping. */
export async function watchStability(
  run: ContainerRun,
  config: ImageRuntimeConfig,
): Promise<HealthObservation['stability']> {
  const argv = healthArgv(config);
  const until = run.age() + stabilityWindow(config);
  const failures: ProbeLog[] = [];
  let probes = 0;
  let streak = 0;
  while (!run.ended.aborted && run.age() < until && failures.length < ENOUGH_FAILURES) {
    const began = run.age();
    if (argv !== undefined) {
      const probe = await runProbe(run, argv, PATIENCE * (config.healthcheck?.timeout ?? SHORTEST));
      if (probe === undefined) break;
      probes += 1;
      if (probe.exitCode !== 0) failures.push(probe);
    }
    const health = run.latest().health;
    const last = health?.log.at(-1);
    if (last !== undefined && (health?.failingStreak ?? 0) > streak) {
      failures.push({ exitCode: last.exitCode, output: last.output.trim(), at: last.start - run.startedAt });
    }
    streak = health?.failingStreak ?? 0;
    await pause(run.effects.clock, Math.min(until - run.age(), Math.max(EVERY, 3 * (run.age() - began))), run.ended);
  }
  return argv === undefined ? undefined : { probes, failures };
}
