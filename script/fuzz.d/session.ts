import { makeRandom, mutate } from './mutation.ts';
import type { FuzzTarget } from './target.ts';

export interface Found {
  readonly input: Buffer;
  readonly error: unknown;
}
export interface FuzzResult {
  readonly runs: number;
  /** Inputs with an outcome that no earlier one had. */
  readonly corpus: readonly Buffer[];
  readonly found: readonly Found[];
  /** Processor time of the slowest input, milliseconds. */
  readonly slowest: number;
}
export interface FuzzOptions {
  readonly seed: number;
  /** Ends the session, asked before every input. */
  readonly goOn: (runs: number) => boolean;
}

/** Processor time that no input of this size may need. */
const SLOW = 2_000;
const MOST_FOUND = 20;
const MOST_KEPT = 4_000;

/** Feeds mutated inputs to one reader; what gives a new outcome is kept and changed further. */
export function fuzz(target: FuzzTarget, options: FuzzOptions): FuzzResult {
  const random = makeRandom(options.seed);
  const corpus: Buffer[] = [...target.seeds()];
  const outcomes = new Set<string>();
  const found: Found[] = [];
  const failures = new Set<string>();
  let [runs, slowest] = [0, 0];
  const pick = (): Buffer => corpus[random(corpus.length)] ?? Buffer.alloc(0);
  while (options.goOn(runs) && found.length < MOST_FOUND) {
    const input =
      runs < corpus.length ? (corpus[runs] ?? Buffer.alloc(0)) : mutate(pick(), pick(), target.words, random);
    runs += 1;
    const { outcome, error, time } = runOne(target, input);
    slowest = Math.max(slowest, time);
    if (error !== undefined) {
      const name = (error instanceof Error ? error.message : typeof error).replaceAll(/\d+/g, '0').slice(0, 120);
      if (!failures.has(name)) found.push({ input, error });
      failures.add(name);
    } else if (!outcomes.has(outcome)) {
      outcomes.add(outcome);
      if (corpus.length < MOST_KEPT) corpus.push(input);
    }
  }
  return { runs, corpus: corpus.slice(target.seeds().length), found, slowest };
}

interface Outcome {
  readonly outcome: string;
  readonly error: unknown;
  readonly time: number;
}

function runOne(target: FuzzTarget, input: Buffer): Outcome {
  const before = process.cpuUsage();
  let outcome = '';
  let error: unknown;
  try {
    outcome = target.run(Buffer.from(input));
  } catch (thrown) {
    error = thrown;
  }
  const { user, system } = process.cpuUsage(before);
  const time = (user + system) / 1000;
  if (error === undefined && time > SLOW) error = new Error(`fuzz: ${target.name} took ${String(Math.round(time))} ms`);
  return { outcome, error, time };
}
