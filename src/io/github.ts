import { gzipSync } from 'node:zlib';
import { Fault, messageOf } from '../model/fault.ts';
import {
  type Check,
  type CheckAnnotation,
  type GitHub,
  isAbsent,
  isDenied,
  type ListedArtifact,
} from '../model/github.ts';
import * as answers from './github-answers.ts';
import { askFor, askForAll, askGitHub, type GitHubContext } from './github-call.ts';
import { readStoredFile } from './stored-file.ts';
import { isTrustworthy } from './registry-reference.ts';

/** GitHub takes no more annotations in one call (REST API description, check runs). */
const ANNOTATIONS_A_CALL = 50;

/** Where the REST API is and whose repository is meant, as the runner says it. Throws a Fault for an address that may not see a token. */
export function findGitHub(
  env: Readonly<Record<string, string | undefined>>,
): Pick<GitHubContext, 'api' | 'repository'> {
  const text = env['GITHUB_API_URL'] ?? '';
  const api = URL.canParse(text) ? new URL(text) : undefined;
  if (text !== '' && (api === undefined || !isTrustworthy(api)))
    throw new Fault('GITHUB_API_URL leads to an address that may not see a token', {
      where: 'GITHUB_API_URL',
      remedy: 'Leave it as the runner sets it.',
    });
  const repository = env['GITHUB_REPOSITORY'] ?? '';
  if (!/^[A-Za-z0-9-]+\/(?!\.{1,2}$)[A-Za-z0-9._-]+$/.test(repository))
    throw new Fault('GITHUB_REPOSITORY is not owner/name', {
      where: 'GITHUB_REPOSITORY',
      remedy: 'Leave it as the runner sets it.',
    });
  return { api: api ?? new URL('https://api.github.com'), repository };
}

/** The REST API for one repository with one token; the token goes nowhere but to that address. */
export function makeGitHub(context: GitHubContext): GitHub {
  const repo = `/repos/${context.repository}`;
  return {
    repository: context.repository,
    publishCheck: (check) => publishCheck(context, check),
    whoAmI: () => findLogin(context),
    ...commentsOf(context, `${repo}/issues`),
    ...pullsOf(context, repo),
    ...releasesOf(context, `${repo}/releases`),
    ...actionsOf(context, repo),
  };
}

function commentsOf(
  context: GitHubContext,
  issues: string,
): Pick<GitHub, 'listComments' | 'createComment' | 'updateComment'> {
  const needs = 'pull-requests: write';
  const pathOf = (issue: number): string => `${issues}/${String(issue)}/comments`;
  return {
    listComments: (issue) =>
      askForAll(
        context,
        answers.comments,
        { method: 'GET', path: pathOf(issue), needs: 'pull-requests: read' },
        (page) => page,
      ),
    createComment: (issue, body) =>
      askFor(context, answers.comment, { method: 'POST', path: pathOf(issue), body: { body }, needs, retry: false }),
    updateComment: (id, body) =>
      askFor(context, answers.comment, {
        method: 'PATCH',
        path: `${issues}/comments/${String(id)}`,
        body: { body },
        needs,
      }),
  };
}

function pullsOf(
  context: GitHubContext,
  repo: string,
): Pick<GitHub, 'pullRequest' | 'pullRequestsOf' | 'openPullRequests'> {
  const read = { method: 'GET', needs: 'pull-requests: read' } as const;
  const all = (path: string, query: Readonly<Record<string, string>> = {}) =>
    askForAll(context, answers.pullRequests, { ...read, path, query }, (page) => page);
  return {
    pullRequest: (number) => askFor(context, answers.pullRequest, { ...read, path: `${repo}/pulls/${String(number)}` }),
    pullRequestsOf: (commit) => all(`${repo}/commits/${encodeURIComponent(commit)}/pulls`),
    openPullRequests: (owner, branch) => all(`${repo}/pulls`, { state: 'open', head: `${owner}:${branch}` }),
  };
}

function releasesOf(context: GitHubContext, releases: string): Pick<GitHub, 'findRelease' | 'updateRelease'> {
  return {
    findRelease: async (tag) => {
      const path = `${releases}/tags/${encodeURIComponent(tag)}`;
      try {
        return await askFor(context, answers.release, { method: 'GET', path, needs: 'contents: read' });
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    },
    updateRelease: async (id, notes) => {
      const path = `${releases}/${String(id)}`;
      await askGitHub(context, { method: 'PATCH', path, body: { body: notes }, needs: 'contents: write' });
    },
  };
}

type ActionsPart =
  'listJobs' | 'workflowRun' | 'runsOf' | 'listArtifacts' | 'readArtifact' | 'compare' | 'uploadSarif' | 'cacheUsage';

function actionsOf(context: GitHubContext, repo: string): Pick<GitHub, ActionsPart> {
  const read = { method: 'GET', needs: 'actions: read' } as const;
  const runPath = (run: string): string => `${repo}/actions/runs/${encodeURIComponent(run)}`;
  return {
    listJobs: (run) =>
      askForAll(
        context,
        answers.jobs,
        { ...read, path: `${runPath(run)}/jobs`, query: { filter: 'latest' } },
        (page) => page.jobs,
      ),
    workflowRun: (run) => askFor(context, answers.workflowRun, { ...read, path: runPath(run) }),
    runsOf: (commit) =>
      askForAll(
        context,
        answers.workflowRuns,
        { ...read, path: `${repo}/actions/runs`, query: { head_sha: commit } },
        (page) => page.workflow_runs,
      ),
    listArtifacts: (run) =>
      askForAll(context, answers.artifacts, { ...read, path: `${runPath(run)}/artifacts` }, (page) => page.artifacts),
    readArtifact: (artifact, limit) => readArtifact(context, repo, artifact, limit),
    compare: (base, head) =>
      askFor(context, answers.comparison, {
        method: 'GET',
        path: `${repo}/compare/${encodeURIComponent(base)}...${encodeURIComponent(head)}`,
        query: { per_page: '1' },
        needs: 'contents: read',
      }),
    uploadSarif: async ({ commit, ref, sarif }) => {
      await askGitHub(context, {
        method: 'POST',
        path: `${repo}/code-scanning/sarifs`,
        body: { commit_sha: commit, ref, sarif: gzipSync(sarif).toString('base64'), tool_name: 'slipway' },
        needs: 'security-events: write',
      });
    },
    cacheUsage: async () => {
      const usage = await askFor(context, answers.cacheUsage, { ...read, path: `${repo}/actions/cache/usage` });
      return { bytes: usage.active_caches_size_in_bytes, count: usage.active_caches_count };
    },
  };
}

/** The first call makes the check run with as many annotations as it may take, every further one adds to them. */
async function publishCheck(context: GitHubContext, check: Check): Promise<string> {
  const { title, summary } = check;
  const batches = batchesOf(check.annotations.map(toAnnotation));
  const needs = 'checks: write';
  const path = `/repos/${context.repository}/check-runs`;
  const created = await askFor(context, answers.createdCheck, {
    method: 'POST',
    path,
    needs,
    body: {
      name: check.name,
      head_sha: check.commit,
      external_id: check.externalId,
      status: 'completed',
      conclusion: check.conclusion,
      ...(check.detailsUrl === undefined ? {} : { details_url: check.detailsUrl }),
      ...(check.startedAt === undefined ? {} : { started_at: check.startedAt }),
      ...(check.completedAt === undefined ? {} : { completed_at: check.completedAt }),
      output: { title, summary, annotations: batches[0] ?? [] },
    },
  });
  for (const [index, annotations] of batches.slice(1).entries()) {
    const more = { status: 'completed', conclusion: check.conclusion, output: { title, summary, annotations } };
    try {
      // Sent once: what was taken before the connection broke would stand there twice.
      await askFor(context, answers.createdCheck, {
        ...{ method: 'PATCH', path: `${path}/${String(created.id)}`, needs, retry: false, body: more },
      });
    } catch (cause) {
      const there = `${String((index + 1) * ANNOTATIONS_A_CALL)} of ${String(check.annotations.length)} annotations`;
      throw new Fault(`it is there with ${there}: ${messageOf(cause)}`, { kind: 'environment', cause });
    }
  }
  return created.html_url ?? '';
}

function batchesOf<T>(all: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(all.length / ANNOTATIONS_A_CALL);
  return Array.from({ length: count }, (_, index) =>
    all.slice(index * ANNOTATIONS_A_CALL, (index + 1) * ANNOTATIONS_A_CALL),
  );
}

function toAnnotation({ path, line, level, message, title, details }: CheckAnnotation): object {
  return {
    path,
    start_line: line,
    end_line: line,
    annotation_level: level,
    message,
    title,
    ...(details === undefined ? {} : { raw_details: details }),
  };
}

/** An app's token has no user: GitHub refuses the question. */
async function findLogin(context: GitHubContext): Promise<string | undefined> {
  try {
    const { login } = await askFor(context, answers.user, { method: 'GET', path: '/user', needs: 'a user' });
    return login;
  } catch (error) {
    if (isDenied(error)) return undefined;
    throw error;
  }
}

/** The API answers with an address that needs no token; the token is not shown there. */
async function readArtifact(
  context: GitHubContext,
  repo: string,
  artifact: ListedArtifact,
  limit: number,
): Promise<Uint8Array> {
  const { response } = await askGitHub(context, {
    method: 'GET',
    path: `${repo}/actions/artifacts/${String(artifact.id)}/zip`,
    needs: 'actions: read',
  });
  return readStoredFile(context, response.headers.location ?? '', limit, `artifact ${artifact.name}`);
}
