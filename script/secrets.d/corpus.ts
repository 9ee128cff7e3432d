import { makeAssignedSamples, makeAssignedTraps } from './assigned-samples.ts';
import { makeFileSamples } from './file-samples.ts';
import { makeRandom } from './random.ts';
import type { Sample } from './sample.ts';
import { makeTokenSamples } from './token-samples.ts';
import { makeTrapSamples } from './trap-samples.ts';

/** Files with secrets that were made up a moment ago, and files that only look as if they held some. */
export interface Corpus {
  readonly positives: readonly Sample[];
  readonly traps: readonly Sample[];
}

/** The corpus of a seed; RSA and EC keys are new each time. */
export function makeCorpus(seed: number): Corpus {
  const random = makeRandom(seed);
  return {
    positives: [...makeTokenSamples(random), ...makeFileSamples(random), ...makeAssignedSamples(random)],
    traps: [...makeTrapSamples(random), ...makeAssignedTraps(random)],
  };
}
