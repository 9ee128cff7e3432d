import { judgeStack } from '../check/judge.ts';
import type { AnyRule } from '../check/rule.ts';
import { skipped, type StackFacts } from '../model/facts.ts';
import type { PlannedStack } from '../model/plan.ts';
import type { StackRecord } from '../model/record.ts';
import type { StackSubject } from '../model/stack-judgement.ts';
import { isBlocking, type RuleOutcome } from '../model/verdict.ts';
import type { ImageState } from './image-state.ts';
import type { Run, RunNotes } from './run.ts';

/** What one run knows of the stack. */
export interface StackState {
  readonly planned: PlannedStack;
  readonly outcomes: readonly RuleOutcome[];
  /** The images it was to be started with; absent: it was not to be. */
  readonly started?: readonly StackSubject[];
  /** Absent: it was not started. */
  readonly seen?: StackFacts;
}

const OF_A_RUN: readonly string[] = ['stack', 'stack-start'];

/** Whether a rule asks what the stack does, not what its files say. */
export function needsRunningStack({ needs }: AnyRule): boolean {
  return needs.some((need) => OF_A_RUN.includes(need));
}

/** What the rules make of the stack's files, before anything is built; undefined where no stack is declared. */
export function judgePlannedStack(
  { config, effects }: Run,
  planned: PlannedStack | undefined,
  rules: readonly AnyRule[],
): StackState | undefined {
  if (planned === undefined) return undefined;
  const written = rules.filter((rule) => !needsRunningStack(rule));
  return { planned, outcomes: judgeStack(written, { compose: planned.compose }, config, effects.clock.now()) };
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

/** What a record is told of the stack, where there is one. */
export function stackNotes(stack: StackState | undefined): Pick<RunNotes, 'stack'> {
  return stack === undefined ? {} : { stack: toStackRecord(stack) };
}

/** The stack's part of the record. */
function toStackRecord({ planned, outcomes, started, seen }: StackState): StackRecord {
  const { compose, config, images } = planned;
  return {
    name: 'stack',
    files: config.files.map(({ path }) => path),
    services: compose.state === 'known' ? compose.value.services.map(({ name }) => name) : [],
    images: [...images],
    outcomes: outcomes.map((outcome) => ({ ...outcome, findings: [...outcome.findings] })),
    blocked: outcomes.filter(isBlocking).map((outcome) => `${outcome.rule} ${outcome.status}`),
    ...(started === undefined ? {} : { started: [...started] }),
    ...(seen === undefined ? {} : { run: toRunRecord(seen) }),
  };
}

function toRunRecord({ services, readyAfter, http, run, restart, notes }: StackFacts): StackRecord['run'] {
  return {
    readyAfter,
    services: services.map(({ name, image, state, readyAfter: after, restarts, inForce, memory, published, log }) => ({
      ...{ name, image, state, readyAfter: after, restarts },
      limits: { memory: inForce.memory, cpus: inForce.cpus },
      memory: { idle: memory.idle, active: memory.active },
      published: [...published],
      log: [...log],
    })),
    probes: [...http, ...run].map(({ what, problems, elapsed }) => ({ what, met: problems.length === 0, elapsed })),
    restart: restart && {
      phases: restart.phases.map(({ phase, failed, down }) => ({
        phase,
        held: failed.length === 0 && down === undefined,
      })),
    },
    notes: [...notes],
  };
}
