import { RULES } from '../check/rules/index.ts';
import type { Config } from '../model/config.ts';
import type { Effects } from '../model/effects.ts';
import type { EngineInfo } from '../model/engine.ts';
import type { Fault } from '../model/fault.ts';
import { GPU_RULE, GPU_RULE_TITLE } from '../model/gpu-judgement.ts';
import { identityRefusalOf } from '../model/identity.ts';
import type { Plan } from '../model/plan.ts';
import { formatPlace } from '../model/place.ts';
import { RECORD_SCHEMA, type ProblemRecord, type RunRecord, type StackRecord } from '../model/record.ts';
import { formatTarget, type Target } from '../model/target.ts';
import { VERSION } from '../model/version.ts';
import type { RuleOutcome } from '../model/verdict.ts';
import { describeDiskShortage } from '../plan/feasibility.ts';
import { type ImageState, toImageRecord } from './image-state.ts';
import type { PublishIdentity } from './identity.ts';
import type { Request } from './request.ts';
import { runEvidence } from './run-evidence.ts';
import type { Timing } from './timing.ts';
import { workflowRunOf } from './workflow-run.ts';

/** What stays the same from the first stage to the last. */
export interface Run {
  readonly effects: Effects;
  readonly request: Request;
  readonly config: Config;
  readonly target: Target;
  readonly startedAt: Date;
  /** How long each stage took, as far as it is known. */
  readonly timing: Timing;
  /** Undefined where docker's own logins are used. */
  readonly identity?: PublishIdentity;
}

/** What the stages found out beside the images themselves. */
export interface RunNotes {
  readonly engine?: EngineInfo;
  readonly buildx?: string;
  /** Which way bytes came out of the engine and why. */
  readonly bytes?: string;
  /** Which of the engine paths was taken and why. */
  readonly path?: string;
  /** What is known of layers from an earlier run. */
  readonly facts?: string;
  /** What that path cannot do although the config asks for it. */
  readonly lacking?: readonly string[];
  readonly problems?: readonly ProblemRecord[];
  /** The stack as far as it was judged. */
  readonly stack?: StackRecord;
}

/** Turns the states of a run into its record. */
export function toRecord(run: Run, plan: Plan, states: readonly ImageState[], notes: RunNotes = {}): RunRecord {
  const { event } = plan;
  const { engine } = notes;
  return {
    schema: RECORD_SCHEMA,
    tool: { name: 'slipway', version: VERSION },
    run: {
      id: run.effects.runId,
      workflow: workflowRunOf(run.effects),
      command: run.request.command,
      startedAt: run.startedAt.toISOString(),
      finishedAt: run.effects.clock.now().toISOString(),
    },
    source: {
      event: event.name,
      commit: event.commit,
      branch: event.branch,
      tag: event.tag,
      dirty: event.dirty,
      fork: event.fork,
      pullRequest: event.pullRequest?.number,
      head: event.head,
    },
    engine: engine && {
      version: engine.version,
      store: engine.store,
      platform: engine.platform,
      buildx: notes.buildx,
      path: notes.path,
      bytes: notes.bytes,
    },
    config: { file: run.config.file, informational: run.config.informational },
    publish: { decided: plan.publish.publish, reason: plan.publish.reason, target: formatTarget(run.target) },
    images: states.map((state) => ({ ...toImageRecord(state), ...runEvidence(state) })),
    rules: describeRules([...states.flatMap(({ outcomes }) => outcomes), ...(notes.stack?.outcomes ?? [])]),
    timeline: [...run.timing.stages],
    ...(notes.stack === undefined ? {} : { stack: notes.stack }),
    notes: [...notesOf(run, plan), ...missingRuns(run), ...laterNotes(notes)],
    problems: [...(notes.problems ?? [])],
  };
}

function laterNotes({ facts, lacking = [], stack }: RunNotes): readonly string[] {
  return [...(facts === undefined ? [] : [facts]), ...lacking, ...(stack?.run?.notes ?? [])];
}

/** What the rules that judged are about, so that a report says it without the catalogue. */
export function describeRules(outcomes: readonly Pick<RuleOutcome, 'rule'>[]): NonNullable<RunRecord['rules']> {
  const judged = new Set(outcomes.map(({ rule }) => rule));
  const rules = RULES.filter(({ id }) => judged.has(id)).map(({ id, title }) => ({ id, title }));
  return judged.has(GPU_RULE) ? [...rules, { id: GPU_RULE, title: GPU_RULE_TITLE }] : rules;
}

function notesOf({ config }: Run, plan: Plan): string[] {
  const { event, images } = plan;
  const warnings = config.warnings.map(
    ({ message, place }) => `${place === undefined ? '' : `${formatPlace(place)} `}${message}`,
  );
  const tagNotes = new Set(images.flatMap((image) => image.tagNotes));
  const single = [event.note, describeDiskShortage(plan), plan.cacheNote].filter((note) => note !== undefined);
  return [...warnings, ...single, ...tagNotes];
}

/** An image that never ran is not proven as others are, and whoever reads the record later has to know. */
function missingRuns({ request }: Run): string[] {
  if (request.containers || request.command === 'plan' || request.command === 'build') return [];
  return ['containers were not started (--no-containers): every rule that needs one was skipped'];
}

/** A Fault as the record keeps it. */
export function toProblem(fault: Fault): ProblemRecord {
  const lines = fault.complaints.map(({ message }) => message);
  if (identityRefusalOf(fault) !== undefined && lines.length > 0) {
    return { kind: 'fault', message: fault.message, details: lines, where: fault.where, remedy: fault.remedy };
  }
  return {
    kind: fault.kind === 'environment' ? 'environment' : 'fault',
    message: [fault.message, ...lines].join('; '),
    where: fault.where,
    remedy: fault.remedy,
  };
}
