import { Fault, messageOf } from '../model/fault.ts';
import type { GpuPhase } from '../model/gpu-config.ts';
import type { GpuVerdict } from '../model/gpu-verdict.ts';
import { blame, isInFleet, type Judged } from './blame.ts';
import { askApps } from './compute-apps.ts';
import { usedMemory } from './devices.ts';
import { idsOf, isStandIn } from './injection.ts';
import type { Draft, GpuJob, StageEffects } from './job.ts';
import { awaitRelease } from './left-over.ts';
import { type Machine, openDocker, openInImage } from './machine.ts';
import { notRun, type PhaseEnd, runPhase } from './phase.ts';
import { IN_IMAGE_LOSSES } from './place.ts';
import { lookAtHost, type Preflight } from './preflight.ts';
import { fromWords, type Problem, sight, toDiagnosis } from './problem.ts';
import { chooseSampleFields } from './sampler.ts';
import { compareRequirements, findUnmet } from './requirement.ts';
import { startStageTime, type StageTime } from './stage-time.ts';
import type { StageWorld } from './stage-world.ts';
import { describeXids, type KernelLog, newXids, readKernelLog } from './xid.ts';

/** What the stage found out, without who asked and about which bytes. */
export type Findings = Draft & Pick<GpuVerdict, 'verdict' | 'diagnosis' | 'standIn' | 'execution' | 'lost'>;

/** An image without phases of its own is probed through the driver. */
const ONLY_PROBE: Omit<GpuPhase, 'place'> = {
  name: 'see',
  work: { kind: 'probe', probe: 'cuda' },
  mounts: [],
  within: 120_000,
  expect: { exit: 0 },
  withoutGpu: 'skip',
};

interface Stage {
  readonly effects: StageEffects;
  readonly job: GpuJob;
  readonly draft: Draft;
  readonly time: StageTime;
  readonly kernel: KernelLog;
}
type Answer = Judged & { readonly phase?: string };

/**
 * Tries one image on this machine's GPUs and says whose fault it is when that fails: preflight, canary, pull, phases, canary again.
 * Never throws for what the machine or the image does; the end of the stage's time and a stop from outside give a verdict too.
 */
export async function runGpuStage(effects: StageEffects, job: GpuJob): Promise<Findings> {
  const draft: Draft = { canary: {}, phases: [], warnings: [] };
  const time = startStageTime(effects, job.gpu.stageWithin);
  const kernel = await readKernelLog(effects);
  let answer: Answer | undefined;
  try {
    answer = await tryImage({ effects, job, draft, time, kernel });
  } catch (error) {
    answer = explainFailure(error, time);
  } finally {
    time.end();
    if (job.gpu.exec === 'docker') await effects.engine.removeLabelled(job.label).catch(() => undefined);
  }
  draft.xid = describeXids(kernel, await readKernelLog(effects));
  return {
    ...draft,
    verdict: answer?.verdict ?? 'passed',
    ...(answer === undefined ? {} : { diagnosis: toDiagnosis(answer.problem, answer.phase) }),
    standIn: isStandIn(job.gpu.device) || (draft.host?.devices ?? []).some(({ name }) => /stand-?in/i.test(name)),
    execution: job.gpu.exec,
    lost: job.gpu.exec === 'in-image' ? [...IN_IMAGE_LOSSES] : [],
  };
}

function explainFailure(error: unknown, time: StageTime): Answer {
  if (time.stopped()) return infra(sight('cancelled'));
  if (!(error instanceof Fault)) throw error;
  return infra(fromWords(messageOf(error), 'engine-failed'));
}

function infra(problem: Problem): Answer {
  return { verdict: 'infra', problem };
}

/** The stage in order; undefined: everything passed. */
async function tryImage(stage: Stage): Promise<Answer | undefined> {
  const { effects, job, draft, time } = stage;
  const { gpu } = job;
  const before = await lookAtHost(effects, gpu.count, 'before');
  draft.host = before.host;
  if (before.problem !== undefined) return infra(before.problem);
  draft.requirements = compareRequirements(job.requirements, before);
  const unmet = findUnmet(draft.requirements, before.host);
  if (unmet !== undefined) return { verdict: isDeclared(before, job) ? 'failed' : 'infra', problem: unmet };
  const machine =
    gpu.exec === 'docker' ? await openDocker(effects, job, before, draft) : openInImage(effects, job, draft);
  if ('problem' in machine) return infra(time.stopped() ? sight('cancelled') : machine.problem);
  const world: StageWorld = {
    effects,
    place: machine.place,
    fields: await chooseSampleFields(effects),
    devices: idsOf(gpu.device),
    mig: before.devices.some(({ mig }) => mig),
    signal: time.signal,
    redact: job.redact,
  };
  const failed = await runPhases(stage, world);
  if (failed !== undefined) return judgeFailure(stage, machine, before, failed);
  return lookBack(stage, before);
}

/** The image is made for such a machine. */
function isDeclared({ host, devices }: Preflight, { gpu }: GpuJob): boolean {
  return isInFleet(host.driver, devices[0]?.sm, gpu.fleet);
}

interface Failed {
  readonly phase: string;
  readonly problem: Problem;
  readonly fromEngine: boolean;
}

/** Each phase in order until one fails; the rest is reported as not run. */
async function runPhases({ job, draft, time }: Stage, world: StageWorld): Promise<Failed | undefined> {
  const place = { file: 'slipway.yml' };
  const phases = job.gpu.phases.length === 0 ? [{ ...ONLY_PROBE, place }] : job.gpu.phases;
  let failed: Failed | undefined;
  for (const phase of phases) {
    if (failed !== undefined || time.signal.aborted) {
      draft.phases.push(notRun(phase));
      failed ??= { phase: phase.name, problem: sight(time.stopped() ? 'cancelled' : 'stage-time'), fromEngine: false };
      continue;
    }
    const end = await runPhase(world, phase);
    draft.phases.push(end.result);
    failed = describeFailed(end, time);
  }
  return failed;
}

function describeFailed({ result, problem }: PhaseEnd, time: StageTime): Failed | undefined {
  if (problem === undefined) return undefined;
  const late = problem.row.id === 'cancelled' && time.late() && !time.stopped();
  return {
    phase: result.name,
    problem: late ? sight('stage-time', `while ${result.name} ran`) : problem,
    fromEngine: result.error !== undefined,
  };
}

/** Machine and canary once more, then whose fault it is. */
async function judgeFailure(
  { effects, job, draft, kernel, time }: Stage,
  machine: Machine,
  before: Preflight,
  { phase, problem, fromEngine }: Failed,
): Promise<Answer> {
  if (time.stopped()) return { ...infra(sight('cancelled')), phase };
  draft.leftOver = await awaitRelease(effects, usedMemory(before.devices));
  const apps = await askApps(effects);
  const judged = blame({
    problem,
    fromEngine,
    after: await machine.recheck(),
    xids: newXids(kernel, await readKernelLog(effects)),
    foreign: (apps ?? []).length > 0,
    throttled: draft.phases.some(({ samples }) => (samples?.throttled ?? []).length > 0),
    throughCdi: machine.throughCdi,
    inFleet: isDeclared(before, job),
  });
  return { ...judged, phase };
}

/** What a pass leaves behind: hardware errors undo it, the rest is a warning. */
async function lookBack({ effects, draft, kernel }: Stage, before: Preflight): Promise<Answer | undefined> {
  draft.leftOver = await awaitRelease(effects, usedMemory(before.devices));
  const xids = newXids(kernel, await readKernelLog(effects));
  const hardware = xids.find(({ application }) => !application);
  if (hardware !== undefined) return infra(sight('hardware-xid', hardware.line));
  const throttled = [...new Set(draft.phases.flatMap(({ samples }) => samples?.throttled ?? []))];
  const warnings = [
    ...xids.map(({ line }) => sight('xid-seen', line)),
    ...(throttled.length === 0 ? [] : [sight('throttled', throttled.join(', '))]),
    ...(draft.leftOver?.released === false ? [sight('left-over', `${String(draft.leftOver.bytes)} bytes`)] : []),
  ];
  draft.warnings.push(...warnings.map((warning) => toDiagnosis(warning)));
  return undefined;
}
