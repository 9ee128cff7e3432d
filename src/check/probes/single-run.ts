import type { ImageConfig } from '../../model/config.ts';
import type { Effects } from '../../model/effects.ts';
import type { ContainerSpec } from '../../model/engine.ts';
import type { SingleRun } from '../../model/run-facts.ts';
import type { Surroundings } from './companions.ts';
import { pause } from '../../model/pause.ts';
import { partLabels, resolveEnvironment } from './run-place.ts';
import { explainStartFailure } from './start-failure.ts';

/** What a run differs in from how the image starts by itself. */
export interface SingleRunRequest extends Pick<ContainerSpec, 'entrypoint' | 'command'> {
  readonly runnable: string;
  /** Milliseconds after which it is killed. */
  readonly within: number;
}

/** Timings of the ordinary runs are judged, those of this one are not. */
const ASIDE = 256;
const KEPT_LINES = 5000;
const KEPT_OUTPUT = 64 * 1024;

/** Runs the image once with its own user and environment, alone and without a network, to its end or its deadline. */
export async function runOnce(
  effects: Effects,
  image: ImageConfig,
  { runnable, within, ...argv }: SingleRunRequest,
  surroundings: Surroundings,
): Promise<SingleRun> {
  const { env, redact } = await resolveEnvironment(effects, image, surroundings.directory);
  const part = `${effects.runId}-${image.name}-single`;
  const id = await effects.engine.createContainer({
    image: runnable,
    ...argv,
    env,
    network: 'none',
    cpuShares: ASIDE,
    labels: partLabels(effects, image.name, part),
    ...(image.memory === undefined ? {} : { memory: image.memory }),
  });
  try {
    const started = effects.clock.now().getTime();
    const startError = await startOrExplain(effects, id);
    if (startError !== undefined) return { ...NEVER_RAN, startError };
    const timedOut = !(await endsWithin(effects, id, within));
    if (timedOut) await effects.engine.killContainer(id);
    const state = await effects.engine.inspectContainer(id);
    const { stdout, stderr } = await effects.engine.logs(id, KEPT_LINES);
    return {
      exitCode: state.exitCode,
      elapsed: effects.clock.now().getTime() - started,
      timedOut,
      oomKilled: state.oomKilled,
      stdout: redact(stdout).slice(-KEPT_OUTPUT),
      stderr: redact(stderr).slice(-KEPT_OUTPUT),
    };
  } finally {
    await effects.engine.removeContainer(id);
  }
}

const NEVER_RAN: SingleRun = { exitCode: 127, elapsed: 0, timedOut: false, oomKilled: false, stdout: '', stderr: '' };

async function startOrExplain(effects: Effects, id: string): Promise<string | undefined> {
  try {
    await effects.engine.startContainer(id);
    return undefined;
  } catch (error) {
    return explainStartFailure(error);
  }
}

async function endsWithin(effects: Effects, id: string, within: number): Promise<boolean> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, effects.signal]);
  const ended = effects.engine.waitContainer(id, signal).then(() => true);
  try {
    return await Promise.race([ended, pause(effects.clock, within, signal).then(() => false)]);
  } finally {
    over.abort();
    await ended.catch(() => undefined);
    effects.signal.throwIfAborted();
  }
}
