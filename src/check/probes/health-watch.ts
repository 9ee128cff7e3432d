import type { ContainerState } from '../../model/engine.ts';
import type { HealthObservation, ProbeLog } from '../../model/facts.ts';
import type { ImageRuntimeConfig } from '../../model/image.ts';
import { formatDuration } from '../../model/duration.ts';
import { hasEnded, type ContainerRun } from './container-run.ts';
import { findMissingTool, healthArgv } from './health-test.ts';
import { runProbe } from './probe-exec.ts';
import { pause } from '../../model/pause.ts';

/** A program that is missing this long is missing for good: entrypoints may still be writing a script at first. */
const MISSING_FOR = 2000;
const TRY_EVERY = 250;
const KEPT_LOGS = 5;

/** What our own executions of the test came to so far. */
interface Trial {
  firstPassAfter?: number;
  missingTool?: string;
  last?: ProbeLog;
}

/**
 * Waits for the engine's verdict with the image's own cadence, at most `deadline` milliseconds after the start,
 * and beside it executes the test itself to learn when it passes first and whether it can run at all.
 */
export async function watchHealth(
  run: ContainerRun,
  config: ImageRuntimeConfig,
  deadline: number,
): Promise<HealthObservation> {
  const argv = healthArgv(config);
  if (argv === undefined) return { status: 'none', log: [] };
  const settled = new AbortController();
  const trial: Trial = {};
  const trying = tryTest(run, argv, config.healthcheck?.timeout ?? 30_000, trial, settled.signal);
  try {
    const ending = await awaitVerdict(run, trial, deadline, trying);
    settled.abort();
    // A probe under way may still tell the moment of the first pass; one that hangs is left to end with the container.
    await Promise.race([trying, pause(run.effects.clock, 1000, run.ended)]);
    return conclude(run, argv, trial, ending);
  } finally {
    settled.abort();
  }
}

/** Why the wait for health may end now, from one state of the container. */
export function judgeHealth(state: ContainerState, age: number, deadline: number): string | undefined {
  if (hasEnded(state)) return `the container ended by itself with exit code ${String(state.exitCode)}`;
  if (state.restarts > 0) return 'the container was restarted';
  if (state.health?.status === 'healthy') return '';
  if (state.health?.status === 'unhealthy') return 'the engine gave it up as unhealthy';
  return age > deadline ? `it was not healthy within ${formatDuration(deadline)}` : undefined;
}

async function awaitVerdict(run: ContainerRun, trial: Trial, deadline: number, trying: Promise<void>): Promise<string> {
  const failing = trying.then(() => new Promise<never>(() => undefined));
  for (let state = run.latest(); ; state = await Promise.race([run.nextState(), failing])) {
    const ending = judgeHealth(state, run.age(), deadline);
    if (ending !== undefined) return ending;
    if (trial.missingTool !== undefined) return `the HEALTHCHECK cannot run: ${trial.missingTool} not found`;
  }
}

function conclude(run: ContainerRun, argv: readonly string[], trial: Trial, ending: string): HealthObservation {
  const health = run.latest().health;
  const log = readProbeLogs(run);
  const passed = health?.log.find((entry) => entry.exitCode === 0);
  const healthy = health?.status === 'healthy';
  const tool =
    trial.missingTool ??
    (healthy ? undefined : log.map((entry) => findMissingTool(entry.exitCode, entry.output, argv)).findLast(Boolean));
  const attempts = trial.last === undefined || log.length > 0 ? log : [trial.last];
  return {
    status: health?.status ?? 'starting',
    ...(healthy ? { healthyAfter: passed === undefined ? run.age() : passed.end - run.startedAt } : {}),
    ...(trial.firstPassAfter === undefined ? {} : { firstPassAfter: trial.firstPassAfter }),
    ...(tool === undefined ? {} : { missingTool: tool }),
    ...(ending === '' ? {} : { stoppedBecause: ending }),
    log: attempts,
  };
}

/** The engine's own last probes, oldest first. */
export function readProbeLogs(run: ContainerRun): readonly ProbeLog[] {
  return (run.latest().health?.log ?? []).slice(-KEPT_LOGS).map((entry) => ({
    exitCode: entry.exitCode,
    output: entry.output.trim().slice(0, 4096),
    at: entry.start - run.startedAt,
  }));
}

/** Executes the test until it passes once; never two at a time, and slower when one is expensive. */
async function tryTest(
  run: ContainerRun,
  argv: readonly string[],
  timeout: number,
  trial: Trial,
  settled: AbortSignal,
): Promise<void> {
  const stopping = AbortSignal.any([settled, run.ended]);
  let missing: { readonly tool: string; readonly since: number } | undefined;
  while (!stopping.aborted) {
    const began = run.age();
    const probe = await runProbe(run, argv, timeout);
    if (probe === undefined) return;
    trial.last = probe;
    if (probe.exitCode === 0) {
      trial.firstPassAfter = run.age();
      return;
    }
    const tool = findMissingTool(probe.exitCode, probe.output, argv);
    missing = tool === undefined ? undefined : (missing ?? { tool, since: began });
    if (missing !== undefined && run.age() - missing.since >= MISSING_FOR) {
      trial.missingTool = missing.tool;
      return;
    }
    await pause(run.effects.clock, Math.max(TRY_EVERY, 3 * (run.age() - began)), stopping);
  }
}
