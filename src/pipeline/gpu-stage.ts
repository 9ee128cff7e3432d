import { PART_LABEL, partLabels, resolveEnvironment } from '../check/probes/run-place.ts';
import type { GpuJob } from '../gpu/job.ts';
import { type Findings, runGpuStage } from '../gpu/stage.ts';
import { readCudaRequirements, readDisabledRequirement } from '../image/cuda-requirement.ts';
import { Fault } from '../model/fault.ts';
import { GPU_RULE, GPU_RULE_TITLE, keepAttempts, toGpuOutcome } from '../model/gpu-judgement.ts';
import { GPU_VERDICT_SCHEMA, type GpuRecord, type GpuVerdict } from '../model/gpu-verdict.ts';
import type { SourceEvent } from '../model/plan.ts';
import type { ImageRecord, RunRecord } from '../model/record.ts';
import { isBlocking, type RuleOutcome } from '../model/verdict.ts';
import { VERSION } from '../model/version.ts';
import { detectEvent } from '../plan/event.ts';
import {
  findCheckedCandidates,
  findGivenCandidates,
  findStagedCandidates,
  type GpuCandidate,
  type GpuCandidates,
} from './gpu-candidates.ts';
import { findStagedRun } from './publish-staged.ts';
import type { Run } from './run.ts';
import { workflowRunOf } from './workflow-run.ts';

/**
 * Tries images on this machine's GPUs: what is in staging, what the last check left, or what is named.
 * A verdict is written whatever the machine or the image does; Faults are only thrown for what the user has to correct.
 */
export async function tryOnGpu(run: Run): Promise<RunRecord> {
  const event = await detectEvent(run.effects, run.config.directory);
  const { record, candidates } = await findCandidates(run, event);
  const tried = new Map<string, ImageRecord>();
  for (const candidate of candidates) {
    const { name } = candidate.config;
    const verdict = await run.timing.measure('gpu', name, () => tryCandidate(run, candidate, event));
    tried.set(name, withAttempt(candidate.image, verdict));
  }
  return {
    ...record,
    run: {
      ...record.run,
      id: run.effects.runId,
      command: 'gpu',
      startedAt: run.startedAt.toISOString(),
      finishedAt: run.effects.clock.now().toISOString(),
    },
    images: record.images.map((image) => tried.get(image.name) ?? image),
    rules: withRule(record.rules),
    timeline: [...(record.timeline ?? []), ...run.timing.stages],
    problems: [],
  };
}

async function findCandidates(run: Run, event: SourceEvent): Promise<GpuCandidates> {
  if (run.request.given !== undefined && run.request.given.length > 0) return findGivenCandidates(run, event);
  const staged = await findStagedRun(run);
  return staged === undefined ? findCheckedCandidates(run) : findStagedCandidates(run, staged, event);
}

/** The rules that judged, with the stage as one of them. */
export function withRule(rules: RunRecord['rules']): RunRecord['rules'] {
  return [...(rules ?? []).filter(({ id }) => id !== GPU_RULE), { id: GPU_RULE, title: GPU_RULE_TITLE }];
}

/** One attempt on one image. */
export async function tryCandidate(run: Run, candidate: GpuCandidate, event: SourceEvent): Promise<GpuVerdict> {
  const { effects } = run;
  const { config, description, image } = candidate;
  const startedAt = effects.clock.now().toISOString();
  effects.output.stderr(`gpu: trying ${config.name} (${description.digests.manifest})\n`);
  const found = event.fork ? skipFork(candidate) : await runGpuStage(effects, await toJob(run, candidate));
  const workflow = workflowRunOf(effects);
  const runner = effects.env['RUNNER_NAME'];
  const { diagnosis, verdict } = found;
  effects.output.stderr(`gpu: ${config.name} ${verdict}${diagnosis === undefined ? '' : `: ${diagnosis.message}`}\n`);
  return {
    schema: GPU_VERDICT_SCHEMA,
    tool: { name: 'slipway', version: VERSION },
    image: config.name,
    digests: { ...description.digests },
    policyHash: image.policyHash,
    attempt: run.request.attempt ?? (image.gpu?.attempts.length ?? 0) + 1,
    run: {
      id: effects.runId,
      ...(workflow === undefined ? {} : { workflow }),
      ...(runner === undefined ? {} : { runner: runner.slice(0, 200) }),
      startedAt,
      finishedAt: effects.clock.now().toISOString(),
    },
    ...found,
  };
}

function skipFork({ config }: GpuCandidate): Findings {
  return {
    verdict: 'skipped',
    diagnosis: {
      rule: 'fork',
      message: 'not run: a fork’s run gets no machine of ours',
      remedy: 'A maintainer can run it from a branch of this repository.',
    },
    standIn: false,
    execution: config.gpu.exec,
    lost: [],
    canary: {},
    phases: [],
    warnings: [],
  };
}

async function toJob({ effects, config: { directory } }: Run, candidate: GpuCandidate): Promise<GpuJob> {
  const { config, description } = candidate;
  const { env, redact } = await resolveEnvironment(effects, config, directory);
  await requireMounts(effects, config, directory);
  const part = `${effects.runId}-${config.name}-gpu`;
  const sizes = new Map(description.layers.map(({ digest, size }) => [digest, size]));
  return {
    image: config.name,
    gpu: config.gpu,
    requirements: requirementsOf(description.config.env),
    digests: description.digests,
    directory,
    env,
    redact,
    labels: partLabels(effects, config.name, part),
    label: `${PART_LABEL}=${part}`,
    ...(config.memory === undefined ? {} : { memory: config.memory }),
    ...(config.written.has('tmpfs') ? { tmpfs: config.tmpfs } : {}),
    download: [...sizes.values()].reduce((sum, size) => sum + size, 0),
    pull: () => candidate.give(),
  };
}

/** None where the image tells the runtime to disregard them. */
function requirementsOf(env: readonly string[]): GpuJob['requirements'] {
  return readDisabledRequirement(env) === undefined ? readCudaRequirements(env) : [];
}

/**
 * The engine's own words for a mount that is not there blame nobody, and it follows links: one that leads out of the repository would show
 * the container what else is on this machine. Throws a Fault.
 */
export async function requireMounts(
  { files }: Pick<Run['effects'], 'files'>,
  { gpu, name }: Pick<GpuCandidate['config'], 'gpu' | 'name'>,
  directory: string,
): Promise<void> {
  const root = await files.realPath(directory);
  for (const { source } of gpu.phases.flatMap(({ mounts }) => mounts)) {
    const path = `${directory}/${source}`;
    if ((await files.stat(path)) !== undefined) {
      if (isInside(root, await files.realPath(path))) continue;
      throw new Fault(`a phase of ${name} mounts ${source}, which leads out of the repository`, {
        where: source,
        remedy: 'Put what the phase needs into the repository, or fetch it into a folder there before.',
      });
    }
    throw new Fault(`a phase of ${name} mounts ${source}, which is not there`, {
      where: source,
      remedy: 'Check the repository out in this job, or correct the path: it is relative to the folder of slipway.yml.',
    });
  }
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith('/') ? root : `${root}/`);
}

/** The image with one more attempt, and what all of them come to. */
export function withAttempt(image: ImageRecord, verdict: GpuVerdict): ImageRecord {
  if (image.gpu === undefined) return image;
  const gpu: GpuRecord = { ...image.gpu, attempts: keepAttempts([...image.gpu.attempts, verdict]) };
  return withGpuOutcome({ ...image, gpu }, toGpuOutcome(gpu, gpu.attempts));
}

/** The image with what the stage came to, in place of what was said of it before. */
export function withGpuOutcome(image: ImageRecord, { findings, ...outcome }: RuleOutcome): ImageRecord {
  const others = image.blocked.filter((why) => !why.startsWith(GPU_RULE));
  return {
    ...image,
    outcomes: [
      ...image.outcomes.filter(({ rule }) => rule !== GPU_RULE),
      { ...outcome, findings: findings.map((finding) => ({ ...finding })) },
    ],
    blocked: [...others, ...(isBlocking(outcome) ? [`${GPU_RULE} ${outcome.status}`] : [])],
  };
}
