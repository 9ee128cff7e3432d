import { z } from 'zod';
import type {
  Comparison,
  IssueComment,
  ListedArtifact,
  PullRequest,
  Release,
  WorkflowJob,
  WorkflowRun,
} from '../model/github.ts';

/** The fields that are read of GitHub's answers; everything else in them is ignored (REST API description, 2022-11-28). */

const commentSchema = z.object({
  id: z.number(),
  body: z.string().nullish(),
  html_url: z.string(),
  user: z.object({ login: z.string(), type: z.string() }).nullish(),
});
export const comment = commentSchema.transform((answer): IssueComment => ({
  id: answer.id,
  body: answer.body ?? '',
  author: answer.user?.login ?? '',
  bot: answer.user?.type === 'Bot',
  url: answer.html_url,
}));
export const comments = z.array(comment);

export const pullRequest = z
  .object({
    number: z.number().int().positive(),
    state: z.string(),
    merged_at: z.string().nullish(),
    head: z.object({ sha: z.string(), repo: z.object({ full_name: z.string() }).nullish() }),
    labels: z.array(z.object({ name: z.string() })),
  })
  .transform((answer): PullRequest => ({
    number: answer.number,
    open: answer.state === 'open',
    merged: typeof answer.merged_at === 'string',
    headSha: answer.head.sha,
    ...(answer.head.repo === null || answer.head.repo === undefined
      ? {}
      : { headRepository: answer.head.repo.full_name }),
    labels: answer.labels.map(({ name }) => name),
  }));
export const pullRequests = z.array(pullRequest);

const job = z
  .object({
    id: z.number(),
    name: z.string(),
    status: z.enum(['queued', 'in_progress', 'completed', 'waiting', 'requested', 'pending']),
    conclusion: z.string().nullish(),
    created_at: z.string().nullish(),
    started_at: z.string().nullish(),
    completed_at: z.string().nullish(),
    labels: z.array(z.string()),
    runner_name: z.string().nullish(),
    html_url: z.string().nullish(),
  })
  .transform((answer): WorkflowJob => ({
    id: answer.id,
    name: answer.name,
    status: answer.status,
    labels: answer.labels,
    ...present('conclusion', answer.conclusion),
    ...present('createdAt', answer.created_at),
    ...present('startedAt', answer.started_at),
    ...present('completedAt', answer.completed_at),
    // Empty until a runner took it.
    ...present('runner', answer.runner_name === '' ? undefined : answer.runner_name),
    ...present('url', answer.html_url),
  }));
export const jobs = z.object({ jobs: z.array(job) });

export const workflowRun = z
  .object({
    id: z.number(),
    name: z.string().nullish(),
    path: z.string(),
    event: z.string(),
    status: z.string().nullish(),
    conclusion: z.string().nullish(),
    head_sha: z.string(),
    head_branch: z.string().nullish(),
    head_repository: z.object({ full_name: z.string() }).nullish(),
  })
  .transform((answer): WorkflowRun => ({
    id: String(answer.id),
    name: answer.name ?? '',
    path: answer.path,
    event: answer.event,
    status: answer.status ?? '',
    headSha: answer.head_sha,
    ...present('conclusion', answer.conclusion),
    ...present('headBranch', answer.head_branch),
    ...present('headRepository', answer.head_repository?.full_name),
  }));
export const workflowRuns = z.object({ workflow_runs: z.array(workflowRun) });

export const artifacts = z.object({
  artifacts: z.array(
    z
      .object({ id: z.number(), name: z.string(), size_in_bytes: z.number(), expired: z.boolean() })
      .transform(({ id, name, size_in_bytes: size, expired }): ListedArtifact => ({ id, name, size, expired })),
  ),
});

/** GitHub lists no more than this many files of a comparison. */
const COMPARED_FILES = 300;
export const comparison = z
  .object({
    files: z.array(z.object({ filename: z.string(), previous_filename: z.string().optional() })).optional(),
  })
  .transform(({ files = [] }): Comparison => {
    const names = files.flatMap(({ filename, previous_filename: before }) =>
      before === undefined ? [filename] : [before, filename],
    );
    return { files: names, complete: files.length < COMPARED_FILES };
  });

export const createdCheck = z.object({ id: z.number(), html_url: z.string().nullish() });
export const release = z
  .object({ id: z.number(), body: z.string().nullish() })
  .transform(({ id, body }): Release => ({ id, notes: body ?? '' }));
export const user = z.object({ login: z.string() });
export const cacheUsage = z.object({
  active_caches_size_in_bytes: z.number(),
  active_caches_count: z.number(),
});

function present<Name extends string>(name: Name, value: string | null | undefined): Partial<Record<Name, string>> {
  return value === null || value === undefined ? {} : ({ [name]: value } as Partial<Record<Name, string>>);
}
