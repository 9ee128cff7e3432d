import type { Effects } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { ReadFragment } from '../model/fragment.ts';
import type { WorkflowJob } from '../model/github.ts';
import { RUN_ALL_AGAIN } from '../model/gpu-judgement.ts';
import { GPU_VERDICT_SCHEMA, type GpuDiagnosis, type GpuVerdict } from '../model/gpu-verdict.ts';
import type { ImageConfig } from '../model/config.ts';
import type { ImageRecord, RunRecord } from '../model/record.ts';
import { VERSION } from '../model/version.ts';
import { toGpuJob } from '../plan/jobs.ts';
import { readFragments } from './fragments.ts';
import { verdictsOf } from './gpu-given.ts';
import { withAttempt, withRule } from './gpu-stage.ts';
import { type AwaitedJob, type JobFate, watchJobs, type WatchPlace } from './gpu-watch.ts';
import type { Run } from './run.ts';
import { workflowRunOf } from './workflow-run.ts';

/** An image with a `gpu:` part. */
type Tried = ImageConfig & Required<Pick<ImageConfig, 'gpu'>>;
/** What a job came to where it left no verdict itself. */
type Lack = Pick<GpuVerdict, 'verdict'> & { readonly diagnosis: GpuDiagnosis };

/**
 * Waits for the GPU jobs of this workflow run, gives those that left no verdict one that says why, and says which are worth another
 * machine: those whose machine was at fault, once. Throws a Fault where GitHub does not say how its jobs are.
 */
export async function collectGpuJobs(run: Run): Promise<RunRecord> {
  const { effects, config, request } = run;
  const { artifacts } = effects;
  const place = findPlace(effects);
  if (artifacts === undefined) throw refuse('the artifacts of the run', 'Run it as a job of the reusable workflow.');
  const tried = config.images.filter((image): image is Tried => image.gpu !== undefined && isAsked(request, image));
  const awaited = tried.map(({ name, gpu }): AwaitedJob => ({ image: name, queueWithin: gpu.queueWithin }));
  const fates = await watchJobs(effects, place, awaited);
  const fragments = await readFragments(effects, artifacts);
  const ends = tried.map((image, index) => concludeJob(run, place, image, fates[index], fragments));
  return toWatchRecord(run, place, ends, fragments);
}

function isAsked({ only }: Run['request'], { name }: ImageConfig): boolean {
  return only.length === 0 || only.includes(name);
}

function findPlace({ github, env, ...effects }: Effects): WatchPlace {
  const id = workflowRunOf({ env });
  if (github === undefined || id === undefined)
    throw refuse('the jobs of the run', 'Give it github-token, with permissions: { actions: read }.');
  const { GITHUB_JOB: own = 'gpu-watch', RUNNER_NAME: runner } = env;
  effects.output.stderr(`watching the GPU jobs of run ${id}\n`);
  return {
    github,
    run: id,
    job: own.replace(/-watch$/, ''),
    ...(runner === undefined ? {} : { self: { runner, job: own } }),
  };
}

function refuse(what: string, remedy: string): Fault {
  return new Fault(`gpu-watch cannot see ${what}`, { remedy });
}

interface End {
  readonly image: Tried;
  /** The job's own, or the one given here. */
  readonly verdict: GpuVerdict['verdict'] | undefined;
  /** The record of the image with the verdict given here; undefined where the job gave its own, or nothing was built. */
  readonly missing?: ImageRecord;
  readonly note?: string;
}

function concludeJob(
  run: Run,
  { job }: WatchPlace,
  image: Tried,
  fate: JobFate | undefined,
  fragments: readonly ReadFragment[],
): End {
  const built = findBuilt(fragments, image.name);
  const left = fragments.filter((fragment) => fragment.job === job).flatMap(({ record }) => verdictsOf(record));
  const verdict = left.find((one) => one.image === image.name && one.digests.manifest === built?.digests?.manifest);
  if (verdict !== undefined) return { image, verdict: verdict.verdict };
  const lack = explainLack(fate);
  const note = `${job} (${image.name}): ${lack.diagnosis.message}`;
  if (built?.digests === undefined) return { image, verdict: undefined, note };
  const given = giveVerdict(run, image, built, job === 'gpu' ? 1 : 2, lack);
  return { image, verdict: lack.verdict, missing: withAttempt(built, given), note };
}

/** What the build job said of the image. */
function findBuilt(fragments: readonly ReadFragment[], name: string): ImageRecord | undefined {
  const images = fragments.filter(({ job }) => job === 'build').flatMap(({ record }) => record.images);
  return images.find((image) => image.name === name && image.digests !== undefined);
}

const SEE_LOG = 'See the log of the job.';

/** A job that a machine took and that left nothing lost its machine; one that nobody took was not tried. */
function explainLack(fate: JobFate | undefined): Lack {
  switch (fate?.state) {
    case 'not-taken':
      return { verdict: 'skipped', diagnosis: { rule: 'queue', ...fate.diagnosis } };
    case 'ended':
      return explainEnd(fate.job);
    case 'unfinished': {
      const message = `the GPU job did not end${onRunner(fate.job)}`;
      return { verdict: 'infra', diagnosis: { rule: 'no-verdict', message, remedy: SEE_LOG } };
    }
    case 'absent':
    case undefined:
      return {
        verdict: 'skipped',
        diagnosis: { rule: 'no-job', message: 'the run has no GPU job for it', remedy: 'See the jobs before it.' },
      };
  }
}

function explainEnd(job: WorkflowJob): Lack {
  const { conclusion = 'unknown' } = job;
  if (conclusion === 'skipped' || conclusion === 'cancelled') {
    const diagnosis = {
      rule: 'no-verdict',
      message: `the GPU job was ${conclusion}`,
      remedy: RUN_ALL_AGAIN,
    };
    return { verdict: 'skipped', diagnosis };
  }
  const message = `the GPU job ended (${conclusion}) without a verdict${onRunner(job)}: the runner refused it or was lost`;
  return { verdict: 'infra', diagnosis: { rule: 'no-verdict', message, remedy: SEE_LOG } };
}

function onRunner({ runner }: WorkflowJob): string {
  return runner === undefined ? '' : ` on ${runner}`;
}

function giveVerdict(
  { effects, startedAt }: Run,
  image: Tried,
  built: ImageRecord,
  attempt: number,
  lack: Lack,
): GpuVerdict {
  const { digests } = built;
  if (digests === undefined) throw new Error(`${image.name} was not built`);
  const workflow = workflowRunOf(effects);
  return {
    schema: GPU_VERDICT_SCHEMA,
    tool: { name: 'slipway', version: VERSION },
    image: image.name,
    digests: { ...digests },
    policyHash: built.policyHash,
    attempt,
    run: {
      id: effects.runId,
      ...(workflow === undefined ? {} : { workflow }),
      startedAt: startedAt.toISOString(),
      finishedAt: effects.clock.now().toISOString(),
    },
    ...lack,
    ...{ standIn: false, warnings: [], execution: image.gpu.exec, lost: [], canary: {}, phases: [] },
  };
}

function toWatchRecord(
  run: Run,
  { job }: WatchPlace,
  ends: readonly End[],
  fragments: readonly ReadFragment[],
): RunRecord {
  const base = fragments.find((fragment) => fragment.job === 'plan') ?? fragments[0];
  if (base === undefined) throw refuse('what the other jobs left', 'Run it as a job of the reusable workflow.');
  const { record } = base;
  const again = job === 'gpu' ? ends.filter(({ verdict }) => verdict === 'infra') : [];
  const images = ends.flatMap(({ missing }) => missing ?? []);
  return {
    ...record,
    run: {
      ...record.run,
      id: run.effects.runId,
      command: 'gpu-watch',
      startedAt: run.startedAt.toISOString(),
      finishedAt: run.effects.clock.now().toISOString(),
    },
    images,
    jobs: {
      build: [],
      gpu: again.map(({ image: { name, gpu } }) => toGpuJob(name, { ...gpu, runsOn: gpu.retryRunsOn })),
    },
    rules: images.length === 0 ? [] : withRule([]),
    timeline: [],
    notes: ends.flatMap(({ note }) => note ?? []),
    problems: [],
  };
}
