import { formatDuration } from '../model/duration.ts';
import type { HardenedFacts, HardenedFlag, TrialRun } from '../model/facts.ts';
import type { Judgement } from '../model/verdict.ts';
import { quoteLastOutput } from './run-words.ts';

/** What one of the three rules about the hardened run says of its failure. */
export interface HardenedWords {
  readonly flag: HardenedFlag;
  /** `under a read-only root file system`. */
  readonly under: string;
  readonly allowed: string;
  readonly remedy: string;
  /** Added to the message of a failure. */
  readonly detail?: string;
}

/** Whether the service was usable without what the flag takes away. */
export function judgeHardened(facts: HardenedFacts, words: HardenedWords): Judgement {
  const { flag, under, allowed, remedy } = words;
  if (!facts.flags.includes(flag)) return { status: 'skipped', reason: `\`hardened.${flag}\` is declared false` };
  if (facts.together.usable) return { status: 'passed', seen: describeUsable(facts.together) };
  const trials = Object.values(facts.alone);
  if (!trials.some((trial) => !trial.usable)) {
    const reason = `the service is not usable with everything taken away at once (${facts.together.problem ?? 'given up'}), but with each part alone: no single cause was found`;
    return { status: 'undecided', reason };
  }
  const own = facts.alone[flag];
  if (own === undefined) return { status: 'undecided', reason: 'this part was not tried alone' };
  if (own.usable) return { status: 'passed', seen: describeUsable(own) };
  const message = `not usable ${under}: ${own.problem ?? 'given up'}${words.detail ?? ''}${quoteLastOutput(own.log)}`;
  return {
    status: 'failed',
    findings: [{ message, seen: `not usable after ${formatDuration(own.after)}`, allowed, remedy }],
  };
}

/** `usable after 1.2 s`. */
export function describeUsable({ after }: TrialRun): string {
  return `usable after ${formatDuration(after)}`;
}
