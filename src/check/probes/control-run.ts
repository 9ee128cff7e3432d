import type { ContainerSpec } from '../../model/engine.ts';
import type { ControlFacts, Fact, ProbeLog } from '../../model/facts.ts';
import { known, skipped } from '../../model/facts.ts';
import { startRun, type ContainerRun } from './container-run.ts';
import { healthArgv } from './health-test.ts';
import { pause } from '../../model/pause.ts';
import { runProbe } from './probe-exec.ts';
import { describeRun, type RunPlace } from './run-place.ts';
import { explainStartFailure } from './start-failure.ts';
import type { Subject } from './subject.ts';

/** Programs that do nothing for long, in the order tried; one of them is in nearly every image. */
const IDLE: readonly (readonly [string, ...string[]])[] = [
  ['sleep', '3600'],
  ['tail', '-f', '/dev/null'],
  ['python3', '-c', 'import time; time.sleep(3600)'],
  ['node', '-e', 'setTimeout(() => {}, 3600000)'],
];
const PATIENCE = 10_000;

/** Executes the health test where the service does not run: a test that passes there says nothing. */
export async function observeControl(subject: Subject, place: RunPlace): Promise<Fact<ControlFacts>> {
  const { config } = subject.description;
  const argv = healthArgv(config);
  if (argv === undefined) return skipped('the image has no HEALTHCHECK');
  const timeout = Math.min(PATIENCE, config.healthcheck?.timeout ?? PATIENCE);
  for (const [idle, ...command] of IDLE) {
    const probe = await withContainer(subject, place, { entrypoint: [idle], command }, (run) =>
      runProbe(run, argv, timeout),
    );
    if (probe !== undefined) return known({ idle, probe: hide(probe, place) });
  }
  const [program = '', ...command] = argv;
  const probe = await withContainer(subject, place, { entrypoint: [program], command }, (run) =>
    awaitTest(run, timeout),
  );
  return known({ probe: hide(probe ?? { exitCode: 127, output: 'the test could not be started', at: 0 }, place) });
}

function hide(probe: ProbeLog, { redact }: RunPlace): ProbeLog {
  return { ...probe, output: redact(probe.output) };
}

/** An image without any of the idle programs: the test itself is the only process of the container. */
async function awaitTest(run: ContainerRun, timeout: number): Promise<ProbeLog> {
  await pause(run.effects.clock, timeout, run.ended);
  const state = await run.effects.engine.inspectContainer(run.id);
  const output = (await run.effects.engine.logs(run.id, 20)).both.trim();
  return { exitCode: state.running ? -1 : state.exitCode, output, at: 0 };
}

/** Undefined when the image has no such program or it ended at once. */
async function withContainer(
  { effects, image, runnable }: Subject,
  place: RunPlace,
  change: Pick<ContainerSpec, 'entrypoint' | 'command'>,
  use: (run: ContainerRun) => Promise<ProbeLog | undefined>,
): Promise<ProbeLog | undefined> {
  const id = await effects.engine.createContainer({ ...describeRun(image, runnable, place), ...change });
  try {
    const run = await startRun(effects, id, place);
    try {
      return await use(run);
    } finally {
      await run.close();
    }
  } catch (error) {
    explainStartFailure(error);
    return undefined;
  } finally {
    await effects.engine.removeContainer(id);
  }
}
