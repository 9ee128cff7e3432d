import type { Effects, ProcessResult } from '../model/effects.ts';
import { formatDuration } from '../model/duration.ts';
import { pause } from '../model/pause.ts';
import type { ComposeCalls } from './calls.ts';
import { inspectStack, type StackContainer, type StackContainers } from './containers.ts';
import { recallDeaths, type Deaths } from './deaths.ts';
import { describeEnd, readService, type Reading, type ServiceExpectation } from './readiness.ts';
import { blameNamed } from './refusal.ts';

const POLL = 250;

/** What is watched and how long. */
export interface Watched {
  readonly expected: readonly ServiceExpectation[];
  readonly label: string;
  /** Milliseconds. */
  readonly readyWithin: number;
  readonly staysUp: number;
  readonly deaths: Deaths;
}

export interface ServiceReading extends Reading {
  /** Milliseconds from the start of the stack until it was first ready. */
  readonly readyAfter?: number;
  /** It used up its time. */
  readonly late?: boolean;
}

export interface Readiness {
  readonly readings: ReadonlyMap<string, ServiceReading>;
  readonly containers: StackContainers;
  /** When it was started, milliseconds since the epoch. */
  readonly since: number;
  /** Milliseconds until everything was ready; absent when it never was. */
  readonly readyAfter?: number;
  /** What compose said where it ended without success. */
  readonly refusal?: string;
}

/** Starts the stack and watches every service until all are ready, one has failed for good, or the time is over. */
export async function startStack(effects: Effects, calls: ComposeCalls, watched: Watched): Promise<Readiness> {
  const { clock, signal } = effects;
  const began = clock.monotonic();
  const since = clock.now().getTime();
  const stopping = new AbortController();
  let ended: ProcessResult | undefined;
  const up = calls.up(watched.readyWithin, AbortSignal.any([signal, stopping.signal])).then((result) => {
    ended = result;
  });
  up.catch(() => undefined);
  const readyAt = new Map<string, number>();
  try {
    for (;;) {
      // Asked before the look, so that a failure that came between is seen on the next round.
      const over = ended;
      const containers = recallDeaths(await inspectStack(effects, watched.label), watched.deaths);
      signal.throwIfAborted();
      const age = clock.monotonic() - began;
      const readings = readAll(watched, containers, { now: clock.now().getTime(), since }, readyAt, age);
      const verdict = judgeReadings(readings);
      const refused = over !== undefined && over.exitCode !== 0;
      if (verdict === 'ready' && over !== undefined && !refused)
        return { readings, containers, since, readyAfter: age };
      if (verdict === 'failed' || refused || age > watched.readyWithin) {
        const told = { containers, since };
        if (refused) return { readings: blameNamed(readings, over.stderr), refusal: over.stderr, ...told };
        return { readings: verdict === 'waiting' ? sayLate(readings, watched.readyWithin) : readings, ...told };
      }
      await Promise.race([pause(clock, POLL, signal), ...(ended === undefined ? [up] : [])]);
    }
  } finally {
    stopping.abort();
    await up.catch(() => undefined);
  }
}

/** The services as they are now; what was ready once keeps its moment. */
export async function readNow(effects: Effects, watched: Watched, before: Readiness): Promise<Readiness> {
  const containers = recallDeaths(await inspectStack(effects, watched.label), watched.deaths);
  const now = effects.clock.now().getTime();
  const readings = new Map(
    watched.expected.map((expectation) => {
      const after = before.readings.get(expectation.name)?.readyAfter;
      const states = containers.get(expectation.name);
      const seen = worstOf(expectation, states, { now, since: before.since, staysUp: watched.staysUp });
      const again = countRestarts(states) - countRestarts(before.containers.get(expectation.name));
      const reading = again > 0 && seen.verdict === 'ready' ? describeRelapse(again, states) : seen;
      return [expectation.name, { ...reading, ...(after === undefined ? {} : { readyAfter: after }) }];
    }),
  );
  return { ...before, readings, containers };
}

function countRestarts(states: readonly StackContainer[] = []): number {
  return states.reduce((sum, { restarts }) => sum + restarts, 0);
}

/** A restart policy hides it from whoever only looks at the end. */
function describeRelapse(again: number, states: readonly StackContainer[] = []): Reading {
  const times = again === 1 ? 'once' : `${String(again)} times`;
  const ended = states.find(({ lastEnd }) => lastEnd !== undefined);
  const how = ended === undefined ? 'it ended by itself' : describeEnd(ended);
  return {
    state: 'restarting',
    verdict: 'failed',
    problem: `${how} and was started again, ${times} while it was watched`,
  };
}

/** Milliseconds since the epoch. */
interface Moment {
  readonly now: number;
  readonly since: number;
}

function readAll(
  { expected, staysUp }: Watched,
  containers: StackContainers,
  moment: Moment,
  readyAt: Map<string, number>,
  age: number,
): Map<string, ServiceReading> {
  return new Map(
    expected.map((expectation) => {
      const reading = worstOf(expectation, containers.get(expectation.name), { ...moment, staysUp });
      if (reading.verdict === 'ready' && !readyAt.has(expectation.name)) readyAt.set(expectation.name, age);
      const after = readyAt.get(expectation.name);
      return [expectation.name, { ...reading, ...(after === undefined ? {} : { readyAfter: after }) }];
    }),
  );
}

const RANK = { failed: 0, waiting: 1, ready: 2 } as const;

/** A service of several containers is as ready as the last of them. */
function worstOf(
  expectation: ServiceExpectation,
  states: readonly StackContainer[] | undefined,
  at: Moment & Pick<Watched, 'staysUp'>,
): Reading {
  const readings = (states ?? []).map((state) => readService(expectation, state, at));
  const [worst] = readings.toSorted((one, other) => RANK[one.verdict] - RANK[other.verdict]);
  return worst ?? readService(expectation, undefined, at);
}

function judgeReadings(readings: ReadonlyMap<string, Reading>): Reading['verdict'] {
  const verdicts = [...readings.values()].map(({ verdict }) => verdict);
  if (verdicts.includes('failed')) return 'failed';
  return verdicts.includes('waiting') ? 'waiting' : 'ready';
}

function sayLate(readings: ReadonlyMap<string, ServiceReading>, within: number): Map<string, ServiceReading> {
  const late = (reading: ServiceReading): ServiceReading =>
    reading.verdict === 'ready' || reading.state === 'waiting'
      ? reading
      : {
          ...reading,
          late: true,
          problem: `it was not ready within ${formatDuration(within)}: ${reading.problem ?? ''}`,
        };
  return new Map([...readings].map(([name, reading]) => [name, late(reading)]));
}
