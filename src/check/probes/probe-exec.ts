import type { ProbeLog } from '../../model/facts.ts';
import { formatDuration } from '../../model/duration.ts';
import type { ContainerRun } from './container-run.ts';

/** Executes a health test once, as the engine would; undefined when the container ended meanwhile. */
export async function runProbe(
  run: ContainerRun,
  argv: readonly string[],
  timeout: number,
): Promise<ProbeLog | undefined> {
  const at = run.age();
  try {
    const result = await run.effects.engine.exec(run.id, argv, { deadline: timeout });
    // A probe that was cut off by the end of the container says nothing about the test.
    if (run.ended.aborted) return undefined;
    const output = result.timedOut ? `no end within ${formatDuration(timeout)}` : result.output.trim().slice(0, 4096);
    return { exitCode: result.timedOut ? -1 : result.exitCode, output, at };
  } catch (error) {
    if (run.ended.aborted || !(await run.effects.engine.inspectContainer(run.id)).running) return undefined;
    throw error;
  }
}
