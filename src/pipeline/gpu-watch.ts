import type { Effects } from '../model/effects.ts';
import { formatDuration } from '../model/duration.ts';
import { Fault } from '../model/fault.ts';
import type { GitHub, WorkflowJob } from '../model/github.ts';
import { explainQueue, type QueueDiagnosis } from './gpu-queue.ts';

/** A job of this run whose end is waited for. */
export interface AwaitedJob {
  readonly image: string;
  /** Milliseconds until a runner has to have taken it. */
  readonly queueWithin: number;
}

/** What became of it. */
export type JobFate = { readonly image: string } & (
  | { readonly state: 'ended'; readonly job: WorkflowJob }
  | { readonly state: 'not-taken'; readonly diagnosis: QueueDiagnosis }
  /** The run has no such job: an earlier one kept it from being made. */
  | { readonly state: 'absent' }
  | { readonly state: 'unfinished'; readonly job: WorkflowJob }
);

/** Where the jobs are looked for. */
export interface WatchPlace {
  readonly github: GitHub;
  /** Id of the run. */
  readonly run: string;
  /** Name of the jobs in the workflow: `gpu` or `gpu-retry`. */
  readonly job: string;
  /** Name of the runner and of the watching job itself: where two calls of the workflow are in one run, it tells which jobs are its own. */
  readonly self?: { readonly runner: string; readonly job: string };
}

/** A job token may ask 1,000 questions an hour, for all jobs of the repository together (GitHub, rate limits). */
const INTERVAL = 20_000;
/** Jobs of a matrix appear a moment after those beside them. */
const APPEARS_WITHIN = 120_000;
/** The watching job itself may take 350 minutes. */
const WATCH_WITHIN = 340 * 60_000;
/** How long GitHub may be out of reach. */
const SILENCE = 10 * 60_000;

type WatchEffects = Pick<Effects, 'clock' | 'signal' | 'output'>;

/**
 * Waits until every job has ended or was not taken in time; `actions: read` is all it needs. Throws a Fault when GitHub refuses, or does
 * not answer for ten minutes.
 */
export async function watchJobs(
  effects: WatchEffects,
  place: WatchPlace,
  awaited: readonly AwaitedJob[],
): Promise<readonly JobFate[]> {
  const { clock, signal, output } = effects;
  const began = clock.monotonic();
  const ended = new Map<string, JobFate>();
  const said = new Map<string, string>();
  let heard = began;
  for (;;) {
    const jobs = await listJobs(place, () => clock.monotonic() - heard < SILENCE);
    const waited = clock.monotonic() - began;
    if (jobs !== undefined) heard = clock.monotonic();
    for (const one of jobs === undefined ? [] : awaited.filter(({ image }) => !ended.has(image))) {
      const job = findJob(jobs ?? [], place, one.image);
      const state =
        job === undefined ? 'not there yet' : `${job.status}${job.runner === undefined ? '' : ` on ${job.runner}`}`;
      if (said.get(one.image) !== state)
        output.stderr(`${place.job} (${one.image}): ${state} after ${formatDuration(waited)}\n`);
      said.set(one.image, state);
      const fate = decide(one, job, jobs ?? [], waited);
      if (fate !== undefined) ended.set(one.image, fate);
    }
    if (ended.size === awaited.length) return awaited.flatMap(({ image }) => ended.get(image) ?? []);
    const open = awaited.filter(({ image }) => !ended.has(image));
    await clock.sleep(Math.min(INTERVAL, ...open.map(({ queueWithin }) => untilDue(queueWithin - waited))), signal);
  }
}

/** A limit that is about to pass is not slept through; one that has passed no longer matters. */
function untilDue(left: number): number {
  return left > 0 ? Math.max(1000, left) : INTERVAL;
}

/** Undefined where GitHub could not be asked, and it may be out of reach for a while yet. */
async function listJobs(
  { github, run }: WatchPlace,
  patient: () => boolean,
): Promise<readonly WorkflowJob[] | undefined> {
  try {
    return await github.listJobs(run);
  } catch (error) {
    if (error instanceof Fault && error.kind === 'environment' && patient()) return undefined;
    throw error;
  }
}

function findJob(jobs: readonly WorkflowJob[], { job, self }: WatchPlace, image: string): WorkflowJob | undefined {
  const own = jobs.find(
    (one) => self !== undefined && one.runner === self.runner && one.status === 'in_progress' && isNamed(one, self.job),
  );
  const caller = own === undefined ? undefined : own.name.slice(0, own.name.length - (self?.job.length ?? 0));
  const name = `${job} (${image})`;
  return jobs.find((one) => (caller === undefined ? isNamed(one, name) : one.name === `${caller}${name}`));
}

/** In a called workflow the names of the jobs that call it stand in front. */
function isNamed({ name }: WorkflowJob, wanted: string): boolean {
  return name === wanted || name.endsWith(` / ${wanted}`);
}

function decide(
  { image, queueWithin }: AwaitedJob,
  job: WorkflowJob | undefined,
  jobs: readonly WorkflowJob[],
  waited: number,
): JobFate | undefined {
  if (job === undefined) return waited < APPEARS_WITHIN ? undefined : { image, state: 'absent' };
  if (job.status === 'completed') return { image, state: 'ended', job };
  if (job.status === 'in_progress') return waited < WATCH_WITHIN ? undefined : { image, state: 'unfinished', job };
  return waited < queueWithin ? undefined : { image, state: 'not-taken', diagnosis: explainQueue(job, jobs, waited) };
}
