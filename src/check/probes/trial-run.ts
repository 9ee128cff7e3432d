import type { ContainerSpec } from '../../model/engine.ts';
import type { TrialRun } from '../../model/facts.ts';
import { formatDuration } from '../../model/duration.ts';
import { hasEnded, startRun, type ContainerRun } from './container-run.ts';
import { healthArgv } from './health-test.ts';
import { probeHttp } from './http-probe.ts';
import { pause } from '../../model/pause.ts';
import { runProbe } from './probe-exec.ts';
import { describeRun, type RunPlace } from './run-place.ts';
import { startSocketWatch, type SocketWatch } from './socket-watch.ts';
import { explainStartFailure } from './start-failure.ts';
import { servicePort } from './startup.ts';
import type { Subject } from './subject.ts';

const EVERY = 200;
const LOG_LINES = 60;
/** A service that is asked nothing has to stay up this long. */
const SETTLED = 3000;
const TESTED_SETTLED = 1000;

/** What is different from the ordinary run, and what to do with the container once it is usable. */
export interface Trial {
  readonly change: Partial<ContainerSpec>;
  /** Milliseconds it is given. */
  readonly allowed: number;
  readonly whenUsable?: (run: ContainerRun) => Promise<void>;
}

/**
 * Starts the service once more, with something changed, until its health test, `http` checks and port are as in the ordinary run.
 * The engine's own health cadence is not waited for: the test is executed directly.
 */
export async function tryStart(subject: Subject, place: RunPlace, trial: Trial): Promise<TrialRun> {
  const { effects, image, runnable } = subject;
  const { engine } = effects;
  const { allowed } = trial;
  const id = await engine.createContainer({ ...describeRun(image, runnable, place), ...trial.change });
  let run: ContainerRun;
  try {
    run = await startRun(effects, id, place);
  } catch (error) {
    const problem = `the container never started: ${explainStartFailure(error)}`;
    await engine.removeContainer(id);
    return { usable: false, after: 0, allowed, problem, log: [] };
  }
  const sockets = startSocketWatch(run);
  try {
    const problem = await awaitUsable(run, subject, sockets, allowed);
    const after = run.age();
    const log = (await engine.logs(id, LOG_LINES)).both.split('\n').filter((line) => line.trim() !== '');
    if (problem === undefined) await trial.whenUsable?.(run);
    const shown = { after, allowed, log: log.map(place.redact) };
    return problem === undefined
      ? { usable: true, ...shown }
      : { usable: false, problem: place.redact(problem), ...shown };
  } finally {
    await run.close();
    await Promise.allSettled([sockets.finish()]);
    await engine.removeContainer(id);
  }
}

/** Undefined once everything is as declared; otherwise why it was given up. */
async function awaitUsable(
  run: ContainerRun,
  { image, description }: Subject,
  sockets: SocketWatch,
  allowed: number,
): Promise<string | undefined> {
  const argv = healthArgv(description.config);
  const port = (): number | undefined => servicePort(image, description, sockets.latest());
  const tested = argv === undefined ? undefined : await awaitTest(run, argv, allowed);
  if (tested !== undefined) return tested;
  const checks = image.http.map((check) => ({ ...check, repeat: 1 }));
  const never = (): undefined => undefined;
  const patience = { deadline: allowed, healthSettledAt: never, unreachable: sockets.unreachable, port };
  const answers = await probeHttp(run, checks, patience);
  const wrong = answers.find(({ problems }) => problems.length > 0);
  if (wrong !== undefined) return explainEnding(run) ?? `${wrong.url}: ${wrong.problems.join('; ')}`;
  if (checks.length > 0) return undefined;
  // A test that always passes must not hide a service that dies a moment later.
  return (await awaitOpen(run, image.port, sockets, allowed)) ?? (await awaitSettled(run, argv === undefined));
}

async function awaitTest(run: ContainerRun, argv: readonly string[], allowed: number): Promise<string | undefined> {
  let said = '';
  while (!run.ended.aborted && run.age() < allowed) {
    const probe = await runProbe(run, argv, allowed);
    if (probe?.exitCode === 0) return undefined;
    if (probe !== undefined) said = `; the health test ended with ${String(probe.exitCode)}: ${probe.output}`;
    await pause(run.effects.clock, EVERY, run.ended);
  }
  return explainEnding(run) ?? `not healthy within ${formatDuration(allowed)}${said}`;
}

async function awaitOpen(
  run: ContainerRun,
  port: number | undefined,
  sockets: SocketWatch,
  allowed: number,
): Promise<string | undefined> {
  if (port === undefined) return undefined;
  while (!run.ended.aborted && run.age() < allowed) {
    if (sockets.reachableAfter(port) !== undefined) return undefined;
    await pause(run.effects.clock, EVERY, run.ended);
  }
  return explainEnding(run) ?? `port ${String(port)} was not open within ${formatDuration(allowed)}`;
}

async function awaitSettled(run: ContainerRun, untested: boolean): Promise<string | undefined> {
  await pause(run.effects.clock, (untested ? SETTLED : TESTED_SETTLED) - run.age(), run.ended);
  return explainEnding(run);
}

function explainEnding(run: ContainerRun): string | undefined {
  run.effects.signal.throwIfAborted();
  const state = run.latest();
  return hasEnded(state) ? `it ended by itself with exit code ${String(state.exitCode)}` : undefined;
}
