import type { Effects } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { SourceEvent } from '../model/plan.ts';
import type { RuleOutcome } from '../model/verdict.ts';
import type { ImageState } from './image-state.ts';

/** The label of a pull request with which a reviewer says: this growth is meant. */
export const ALLOW_GROWTH = 'slipway:allow-growth';
/** The one rule it is about; everything else stays as it is. */
const RULE = 'size.growth-vs-main';

/**
 * Growth that a reviewer allowed with a label is waived, and the waiver names the pull request: the trace stays in the record.
 * Asked only where an image has failed by it. A push is allowed what the pull request it came from was.
 */
export async function overrideGrowth(
  effects: Effects,
  event: SourceEvent,
  states: readonly ImageState[],
): Promise<readonly ImageState[]> {
  if (!states.some(({ outcomes }) => outcomes.some(hasGrown))) return states;
  const number = await findLabelled(effects, event);
  if (number === undefined) return states;
  const reason = `label ${ALLOW_GROWTH} of pull request #${String(number)}`;
  return states.map((state) => ({ ...state, outcomes: state.outcomes.map((outcome) => allow(outcome, reason)) }));
}

function hasGrown({ rule, status }: RuleOutcome): boolean {
  return rule === RULE && status === 'failed';
}

function allow(outcome: RuleOutcome, reason: string): RuleOutcome {
  if (!hasGrown(outcome)) return outcome;
  const findings = outcome.findings.map((finding) => ({ ...finding, waived: finding.waived ?? reason }));
  return { ...outcome, status: 'waived', reason, findings };
}

/** The label may have come after the event, so GitHub is asked; where it does not answer, what the event says counts. */
async function findLabelled(effects: Effects, event: SourceEvent): Promise<number | undefined> {
  const { pullRequest } = event;
  const known = pullRequest?.labels?.includes(ALLOW_GROWTH) === true ? pullRequest.number : undefined;
  if (effects.github === undefined) return known;
  try {
    const found =
      pullRequest === undefined
        ? await effects.github.pullRequestsOf(event.commit ?? '')
        : [await effects.github.pullRequest(pullRequest.number)];
    return found.find(({ labels, merged }) => labels.includes(ALLOW_GROWTH) && (pullRequest !== undefined || merged))
      ?.number;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    effects.output.stderr(`warning: the labels of the pull request are not known: ${error.message}\n`);
    return known;
  }
}
