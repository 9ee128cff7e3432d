import type { Effects, ProcessResult } from '../model/effects.ts';

/** Compose by itself needs seconds; what a stack needs is watched apart. */
const SLACK = 60_000;

/** The compose plugin over one project whose model it is given each time. */
export interface ComposeCalls {
  /** Returns once every dependency was met, or says in its words why not. */
  up(deadline: number, signal: AbortSignal): Promise<ProcessResult>;
  stop(deadline: number): Promise<ProcessResult>;
  pull(image: string): Promise<ProcessResult>;
}

const PULL = 600_000;

/** Calls for the project; nothing is asked of it yet. */
export function makeCalls(
  effects: Effects,
  program: string,
  endpoint: string,
  project: string,
  text: string,
): ComposeCalls {
  const call = (
    words: readonly string[],
    input: string,
    deadline: number,
    signal = effects.signal,
  ): Promise<ProcessResult> =>
    effects.processes.run(program, ['-p', project, '-f', '-', ...words], {
      env: { DOCKER_HOST: endpoint, COMPOSE_ANSI: 'never', COMPOSE_PROGRESS: 'plain' },
      input,
      deadline,
      signal,
    });
  return {
    up: (deadline, signal) => call(['up', '-d', '--no-build', '--no-color'], text, deadline + SLACK, signal),
    stop: (deadline) => call(['stop'], text, deadline + SLACK),
    pull: (image) => call(['pull', '--quiet'], JSON.stringify({ services: { image: { image } } }), PULL),
  };
}
