import { formatDuration } from '../model/duration.ts';
import { formatSize } from '../model/size.ts';
import type { ServiceState } from '../model/stack-facts.ts';
import type { StackContainer } from './containers.ts';

/** What a service has to come to. */
export interface ServiceExpectation {
  readonly name: string;
  /** It is meant to end with 0: another waits for that, or it is named like one. */
  readonly job: boolean;
  /** Its files say that nothing restarts it: an end with 0 is meant as well. */
  readonly never: boolean;
  readonly dependencies: readonly string[];
}

export interface Reading {
  readonly state: ServiceState;
  readonly verdict: 'ready' | 'waiting' | 'failed';
  /** Why it is not ready. */
  readonly problem?: string;
}

/** After so many restarts nothing gets better by waiting. */
const CRASH_LOOP = 5;

/** Milliseconds since the epoch, but `staysUp`. */
interface ReadAt {
  readonly now: number;
  readonly staysUp: number;
  /** When the stack was started: what ended before has not been started again yet. */
  readonly since: number;
}

function isOfBefore({ running, status, finishedAt }: StackContainer, since: number): boolean {
  return !running && status !== 'restarting' && finishedAt !== undefined && finishedAt <= since;
}

/** What one container of a service has come to; `staysUp`: milliseconds one without a health check must have run. */
export function readService(
  { job, never, dependencies }: ServiceExpectation,
  state: StackContainer | undefined,
  { now, staysUp, since }: ReadAt,
): Reading {
  if (state?.startedAt === undefined || isOfBefore(state, since)) return readUnstarted(dependencies, state);
  const restarts = state.restarts > 0 ? ` after ${String(state.restarts)} restarts` : '';
  if (state.status === 'restarting' || state.restarts >= CRASH_LOOP) {
    const problem = `it ends and is started again: ${describeEnd(state)}${restarts}`;
    return { state: 'restarting', verdict: state.restarts >= CRASH_LOOP ? 'failed' : 'waiting', problem };
  }
  if (!state.running) {
    if (state.exitCode === 0 && (job || never)) return { state: 'done', verdict: 'ready' };
    return { state: 'ended', verdict: 'failed', problem: `${describeEnd(state)}${restarts}` };
  }
  if (job) return { state: 'running', verdict: 'waiting', problem: 'it has not ended yet' };
  const reading =
    state.health === undefined || state.health.status === 'none'
      ? readRunning(state.startedAt, now, staysUp)
      : readHealth(state.health);
  if (reading.problem === undefined || state.lastEnd === undefined) return reading;
  return { ...reading, problem: `${describeEnd(state)} and was started again; ${reading.problem}` };
}

function readUnstarted(dependencies: readonly string[], state: StackContainer | undefined): Reading {
  if (state !== undefined && state.error !== '')
    return { state: 'ended', verdict: 'failed', problem: `it could not be started: ${state.error}` };
  const problem =
    dependencies.length === 0 ? 'it was not started' : `it was not started: it waits for ${dependencies.join(', ')}`;
  return { state: 'waiting', verdict: 'waiting', problem };
}

function readRunning(startedAt: number, now: number, staysUp: number): Reading {
  if (now - startedAt >= staysUp) return { state: 'running', verdict: 'ready' };
  return {
    state: 'running',
    verdict: 'waiting',
    problem: `it has not been running for ${formatDuration(staysUp)} yet`,
  };
}

function readHealth({ status, failingStreak, log }: NonNullable<StackContainer['health']>): Reading {
  if (status === 'healthy') return { state: 'healthy', verdict: 'ready' };
  const last = log.at(-1);
  const output = last?.output.replace(/\s+/g, ' ').trim().slice(0, 200) ?? '';
  const said =
    last === undefined
      ? ''
      : `; the last one ended with ${String(last.exitCode)} and said ${output === '' ? 'nothing' : `"${output}"`}`;
  if (status === 'unhealthy') {
    return {
      state: 'unhealthy',
      verdict: 'failed',
      problem: `its health check failed ${String(failingStreak)} times in a row${said}`,
    };
  }
  return { state: 'starting', verdict: 'waiting', problem: `its health check has not passed yet${said}` };
}

/** How a container came to its end, in words; of one that runs again, how it ended before. */
export function describeEnd(state: StackContainer): string {
  const lifetime = lifetimeOf(state);
  const before = lifetime === undefined ? state.lastEnd : undefined;
  const { exitCode, oomKilled, lasted } = before ?? { ...state, lasted: lifetime };
  const after = lasted === undefined ? '' : ` after ${formatDuration(lasted)}`;
  const limit = state.limits?.memory;
  if (oomKilled) {
    return `it was killed for memory${after}${limit === undefined ? '' : ` (its limit is ${formatSize(limit)})`}`;
  }
  return `it ended by itself${after} with exit code ${String(exitCode)}`;
}

/** Milliseconds; undefined while it runs, when its end is the one of a life before. */
function lifetimeOf({ startedAt, finishedAt }: StackContainer): number | undefined {
  return startedAt === undefined || finishedAt === undefined || finishedAt < startedAt
    ? undefined
    : finishedAt - startedAt;
}
