import type { Effects } from '../../model/effects.ts';
import type { ContainerState } from '../../model/engine.ts';
import { isOver, pause } from '../../model/pause.ts';

/** A started container and what all its observers share. */
export interface ContainerRun {
  readonly effects: Effects;
  readonly id: string;
  /** Host pid of PID 1; 0 when it ended before it could be asked. */
  readonly initPid: number;
  /** Address in our own network, reachable from the host. */
  readonly address: string | undefined;
  /** Milliseconds since the epoch, by the engine's clock. */
  readonly startedAt: number;
  /** Milliseconds since State.StartedAt. */
  readonly age: () => number;
  /** The last state seen, at most a quarter of a second old. */
  readonly latest: () => ContainerState;
  /** Resolves at the next look at the state; throws when the engine cannot be asked any more. */
  readonly nextState: () => Promise<ContainerState>;
  /** Aborted when the container has ended, was closed here or the whole run was cancelled. */
  readonly ended: AbortSignal;
  /** Ends the observation; the container itself is left alone. */
  close(): Promise<void>;
}

const POLL = 250;

/** Starts a created container and follows its state by events, with a poll beside them because an event stream can break. */
export async function startRun(
  effects: Effects,
  id: string,
  place: { readonly network: string; readonly label: string },
): Promise<ContainerRun> {
  const closing = new AbortController();
  const watching = AbortSignal.any([closing.signal, effects.signal]);
  const wake = makeBell();
  const events = followEvents(effects, id, place.label, watching, wake.ring);
  try {
    await effects.engine.startContainer(id);
    const first = await effects.engine.inspectContainer(id);
    const follower = followState(effects, first, watching, wake);
    const startedAt = first.startedAt ?? effects.clock.now().getTime();
    return {
      effects,
      id,
      initPid: first.pid,
      address: first.addresses[place.network],
      startedAt,
      age: () => effects.clock.now().getTime() - startedAt,
      latest: follower.latest,
      nextState: follower.next,
      ended: AbortSignal.any([follower.ended, watching]),
      async close() {
        closing.abort();
        await Promise.all([events, follower.done]);
      },
    };
  } catch (error) {
    closing.abort();
    await events;
    throw error;
  }
}

/** Whether the container will never run again by itself. */
export function hasEnded(state: ContainerState): boolean {
  return !state.running && state.status !== 'restarting';
}

interface Bell {
  readonly ring: () => void;
  readonly wait: () => Promise<void>;
}
function makeBell(): Bell {
  let waiting = Promise.withResolvers<undefined>();
  return {
    ring() {
      waiting.resolve(undefined);
      waiting = Promise.withResolvers<undefined>();
    },
    wait: () => waiting.promise,
  };
}

interface StateFollower {
  readonly ended: AbortSignal;
  readonly done: Promise<void>;
  readonly latest: () => ContainerState;
  readonly next: () => Promise<ContainerState>;
}
function followState(effects: Effects, first: ContainerState, watching: AbortSignal, wake: Bell): StateFollower {
  const ended = new AbortController();
  const seen = makeBell();
  let state = first;
  let failure: { readonly cause: unknown } | undefined;
  const follow = async (): Promise<void> => {
    while (!watching.aborted && !hasEnded(state)) {
      await Promise.race([pause(effects.clock, POLL, watching), wake.wait()]);
      if (isOver(watching)) break;
      state = await effects.engine.inspectContainer(state.id);
      seen.ring();
    }
    if (hasEnded(state)) ended.abort();
  };
  const done = follow()
    .catch((cause: unknown) => {
      failure = { cause };
      ended.abort();
    })
    .finally(seen.ring);
  return {
    ended: ended.signal,
    done,
    latest: () => state,
    async next() {
      if (!ended.signal.aborted && !watching.aborted) await Promise.race([seen.wait(), done]);
      effects.signal.throwIfAborted();
      if (failure !== undefined) throw failure.cause;
      return state;
    },
  };
}

/** Rings on what changes a verdict; a broken stream is no loss, the poll goes on. */
async function followEvents(
  effects: Effects,
  id: string,
  label: string,
  watching: AbortSignal,
  ring: () => void,
): Promise<void> {
  try {
    for await (const event of effects.engine.events(label, watching)) {
      if (event.id === id && /^(?:die|oom|health_status)/.test(event.action)) ring();
    }
  } catch {
    // The poll beside it decides.
  }
}
