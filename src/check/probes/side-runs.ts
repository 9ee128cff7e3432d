import {
  known,
  skipped,
  undecided,
  type Fact,
  type FactName,
  type FactTable,
  type TrialRun,
} from '../../model/facts.ts';
import type { LoadSettings } from '../load-settings.ts';
import type { Surroundings } from './companions.ts';
import { observeControl } from './control-run.ts';
import { hardenedFlags, observeHardened } from './hardened-run.ts';
import { observeLoad } from './load-run.ts';
import { withRunPlace, type RunPlace } from './run-place.ts';
import type { RunSlots } from './run-slots.ts';
import { explainInability } from './start-failure.ts';
import type { Subject } from './subject.ts';
import { tryStart } from './trial-run.ts';

/** Facts that need further starts of a service beside its ordinary run. */
export const SIDE_FACTS = ['control', 'hardened', 'arbitrary-uid', 'load'] as const satisfies readonly FactName[];
type SideFact = (typeof SIDE_FACTS)[number];

/** A uid of the ranges that OpenShift gives to projects; nobody has it in /etc/passwd. */
const ARBITRARY_USER = '1002700000:0';
const LEAST_ALLOWED = 10_000;
const SLOWER = 3;

export interface SideRunRequest {
  readonly subject: Subject;
  readonly surroundings: Surroundings;
  readonly slots: RunSlots;
  readonly facts: readonly SideFact[];
  readonly load: LoadSettings;
  /** Milliseconds the ordinary run needed until it was usable, or why it never was; waited for, so that nothing disturbs its timing. */
  readonly ordinary: Promise<number | string>;
}

/**
 * The further starts, one after the other in one network with one set of companions and in one slot.
 * They begin when the ordinary run is ready and pass while that one is watched for flapping.
 */
export async function observeSideRuns(request: SideRunRequest): Promise<FactTable> {
  const { subject, facts, surroundings, slots } = request;
  const { effects, image } = subject;
  if (facts.length === 0) return {};
  const usableAfter = await request.ordinary;
  if (typeof usableAfter === 'string') return spread(facts, undecided(usableAfter));
  const allowed = Math.min(Math.max(image.healthyWithin, LEAST_ALLOWED), Math.max(LEAST_ALLOWED, SLOWER * usableAfter));
  try {
    return await slots(image.memory, () =>
      withRunPlace(effects, image, 'side', surroundings, async (place) => {
        const table: Partial<Record<SideFact, Fact<unknown>>> = {};
        for (const fact of facts) table[fact] = await observeOne(fact, request, place, allowed);
        return table as FactTable;
      }),
    );
  } catch (error) {
    return spread(facts, explainInability(error, effects.signal));
  }
}

async function observeOne(
  fact: SideFact,
  { subject, load }: SideRunRequest,
  place: RunPlace,
  allowed: number,
): Promise<Fact<unknown>> {
  switch (fact) {
    case 'control':
      return observeControl(subject, place);
    case 'hardened':
      if (hardenedFlags(subject.image).length === 0) return skipped('every part of `hardened` is declared false');
      return known(await observeHardened(subject, place, allowed));
    case 'arbitrary-uid':
      return known<TrialRun>(await tryStart(subject, place, { change: { user: ARBITRARY_USER }, allowed }));
    case 'load':
      return observeLoad(subject, place, allowed, load);
  }
}

function spread(facts: readonly SideFact[], fact: Fact<never>): FactTable {
  return Object.fromEntries(facts.map((name) => [name, fact]));
}
