import { judgeStack } from '../check/judge.ts';
import type { AnyRule } from '../check/rule.ts';
import { skipped } from '../model/facts.ts';
import type { PlannedStack } from '../model/plan.ts';
import type { StackRecord } from '../model/record.ts';
import { isBlocking, type RuleOutcome } from '../model/verdict.ts';
import type { ImageState } from './image-state.ts';
import type { Run } from './run.ts';

/** What one run knows of the stack. */
export interface StackState {
  readonly planned: PlannedStack;
  readonly outcomes: readonly RuleOutcome[];
}

/** What the rules make of the stack's files, before anything is built; undefined where no stack is declared. */
export function judgePlannedStack(
  { config, effects }: Run,
  planned: PlannedStack | undefined,
  rules: readonly AnyRule[],
): StackState | undefined {
  if (planned === undefined) return undefined;
  return { planned, outcomes: judgeStack(rules, { compose: planned.compose }, config, effects.clock.now()) };
}

/** Images with what holds back the stack that starts them (architecture.md: a failed stack blocks every image it started). */
export function holdBack(images: readonly ImageState[], stack: StackState | undefined): ImageState[] {
  const compose = stack?.planned.compose ?? skipped('no stack is declared');
  return images.map((state) => {
    const joined = { ...state, facts: { ...state.facts, compose } };
    const started = stack?.planned.images.includes(state.planned.name) === true;
    return started ? { ...joined, shared: stack.outcomes } : joined;
  });
}

/** The stack's part of the record. */
export function toStackRecord({ planned, outcomes }: StackState): StackRecord {
  const { compose, config, images } = planned;
  return {
    name: 'stack',
    files: config.files.map(({ path }) => path),
    services: compose.state === 'known' ? compose.value.services.map(({ name }) => name) : [],
    images: [...images],
    outcomes: outcomes.map((outcome) => ({ ...outcome, findings: [...outcome.findings] })),
    blocked: outcomes.filter(isBlocking).map((outcome) => `${outcome.rule} ${outcome.status}`),
  };
}
