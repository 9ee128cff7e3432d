import type { StopObservation } from '../../model/facts.ts';
import type { ImageDescription } from '../../model/image.ts';
import type { ContainerRun } from './container-run.ts';

/** Stops the container as an orchestrator would and measures it; undefined when it was not running any more. */
export async function stopRun(
  run: ContainerRun,
  description: ImageDescription,
  grace: number,
): Promise<StopObservation | undefined> {
  const { engine, clock } = run.effects;
  const before = await engine.inspectContainer(run.id);
  if (!before.running) return undefined;
  const asked = clock.now().getTime();
  const began = clock.monotonic();
  // The engine counts whole seconds; the rule judges the time that was asked for.
  await engine.stopContainer(run.id, Math.max(1, Math.ceil(grace / 1000)));
  const waited = clock.monotonic() - began;
  const after = await engine.inspectContainer(run.id);
  const signal = description.config.stopSignal === '' ? 'SIGTERM' : description.config.stopSignal;
  return {
    elapsed: measureElapsed(asked, after.finishedAt, waited),
    grace,
    exitCode: after.exitCode,
    oomKilled: after.oomKilled && !before.oomKilled,
    signal,
  };
}

/** The engine's own end time leaves out the clean-up of the network; it is only believed inside what was waited. */
export function measureElapsed(asked: number, finishedAt: number | undefined, waited: number): number {
  const elapsed = finishedAt === undefined ? waited : finishedAt - asked;
  return elapsed >= 0 && elapsed <= waited ? elapsed : waited;
}
