import { policyHash } from '../config/policy-hash.ts';
import type { ImageConfig } from '../model/config.ts';
import type { SourceEvent } from '../model/plan.ts';
import { type ImageRecord, RECORD_SCHEMA, type RunRecord } from '../model/record.ts';
import { formatTarget } from '../model/target.ts';
import { VERSION } from '../model/version.ts';
import type { Run } from './run.ts';
import { workflowRunOf } from './workflow-run.ts';

/** What a record says of an image that nobody judged here. */
export function blankRecord(run: Run, config: ImageConfig, given: string, verb: string): ImageRecord {
  return {
    name: config.name,
    kind: config.kind,
    reason: `${given} is ${verb} as it is`,
    policyHash: policyHash(config, run.config),
    tags: [],
    status: 'built',
    given,
    outcomes: [],
    blocked: [],
  };
}

/** The record of a run that built nothing; `reason`: why it publishes nothing. */
export function blankRun(run: Run, event: SourceEvent, images: ImageRecord[], reason: string): RunRecord {
  const { name, commit, branch, tag, dirty, fork } = event;
  const now = run.startedAt.toISOString();
  return {
    schema: RECORD_SCHEMA,
    tool: { name: 'slipway', version: VERSION },
    run: {
      id: run.effects.runId,
      workflow: workflowRunOf(run.effects),
      command: run.request.command,
      startedAt: now,
      finishedAt: now,
    },
    source: { event: name, commit, branch, tag, dirty, fork },
    config: { file: run.config.file, informational: run.config.informational },
    publish: { decided: false, reason, target: formatTarget(run.target) },
    images,
    notes: [],
    problems: [],
  };
}
