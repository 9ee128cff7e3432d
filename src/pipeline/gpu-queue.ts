import { RUN_ALL_AGAIN } from '../model/gpu-judgement.ts';
import { nearestWord } from '../config/nearest.ts';
import { formatDuration } from '../model/duration.ts';
import type { WorkflowJob } from '../model/github.ts';

/** Why nobody took a job, as far as the other jobs of the run show it. */
export interface QueueDiagnosis {
  readonly message: string;
  readonly remedy: string;
}

/** What machines of one's own are mostly called, and what GitHub calls them by itself. */
const USUAL_LABELS = ['self-hosted', 'linux', 'windows', 'macos', 'x64', 'arm64', 'gpu'];
const GUIDE = 'docs/guides/gpu-runners.md';

/** The likely cause, named from what `actions: read` shows: lists of runners need an administrator's token. */
export function explainQueue(job: WorkflowJob, jobs: readonly WorkflowJob[], waited: number): QueueDiagnosis {
  const { labels, status } = job;
  const named = labels.length === 1 ? `the label ${labels.join()}` : `the labels ${labels.join(', ')}`;
  const after = `in ${formatDuration(waited)}`;
  if (status === 'waiting') {
    return {
      message: `nobody approved the job for its environment ${after}`,
      remedy: `Be there to approve it on the page of the run. ${RUN_ALL_AGAIN}`,
    };
  }
  if (status !== 'queued') {
    return {
      message: `GitHub held the job back (${status}) ${after}: a limit of jobs or a concurrency group`,
      remedy: `Wait for other runs to end. ${RUN_ALL_AGAIN}`,
    };
  }
  const message = `no runner with ${named} took the job ${after}`;
  return findBusy(job, jobs, message) ?? findMisspelt(labels, jobs, message) ?? describeUnknown(message);
}

/** Another job of this run shows that such runners exist. */
function findBusy(job: WorkflowJob, jobs: readonly WorkflowJob[], message: string): QueueDiagnosis | undefined {
  const taken = jobs.filter(
    ({ id, runner, labels }) => id !== job.id && runner !== undefined && sameLabels(labels, job),
  );
  const busy = taken.find(({ status }) => status === 'in_progress');
  if (busy !== undefined) {
    return {
      message: `${message}: ${busy.runner ?? 'one'} is busy with ${busy.name}`,
      remedy: 'Add runners, or raise gpu.queue-within.',
    };
  }
  const [last] = taken;
  if (last === undefined) return undefined;
  return {
    message: `${message}: ${last.runner ?? 'one'} ran ${last.name} and took nothing after it`,
    remedy: `An ephemeral runner has to be started again for each job (${GUIDE}).`,
  };
}

function sameLabels(labels: readonly string[], job: WorkflowJob): boolean {
  const fold = (words: readonly string[]): string =>
    words
      .map((word) => word.toLowerCase())
      .toSorted()
      .join('\n');
  return fold(labels) === fold(job.labels);
}

function findMisspelt(
  labels: readonly string[],
  jobs: readonly WorkflowJob[],
  message: string,
): QueueDiagnosis | undefined {
  const known = [...USUAL_LABELS, ...jobs.filter(({ runner }) => runner !== undefined).flatMap((job) => job.labels)];
  for (const label of labels) {
    if (known.some((word) => word.toLowerCase() === label.toLowerCase())) continue;
    const near = nearestWord(label, known);
    if (near === undefined) continue;
    return {
      message: `${message}: the label ${label} looks like a misspelt ${near}`,
      remedy: 'Correct gpu.runs-on, or the labels of the runner.',
    };
  }
  return undefined;
}

function describeUnknown(message: string): QueueDiagnosis {
  return {
    message: `${message}: none is registered for this repository, all are busy elsewhere, or theirs is a version that GitHub gives no jobs to (older than 2.329, or more than 30 days behind)`,
    remedy: `Look at Settings, Actions, Runners: whether one with all these labels is online, its group admits this repository and workflow, and its version (${GUIDE}).`,
  };
}
