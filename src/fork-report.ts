import { z } from 'zod';
import { DEFERRED, runPage } from './github-reports.ts';
import type { Effects } from './model/effects.ts';
import { EXIT, Fault } from './model/fault.ts';
import type { Check, GitHub, ListedArtifact, PullRequest, WorkflowRun } from './model/github.ts';
import { parseRecord } from './model/record-parse.ts';
import type { RunRecord } from './model/record.ts';
import { renderCheck } from './report/check-run.ts';
import { COMMENT_START, commentMark, hasNews, renderComment } from './report/comment.ts';
import { toMarkdown } from './report/escape.ts';
import type { SessionResult } from './session.ts';
import { keepComment } from './sticky-comment.ts';

/** Largest record that a fork's run may leave, and most of them. */
const LARGEST = 8 * 2 ** 20;
const MOST = 20;
/** Comments on a fork's pull request, one for each config: whoever opened it could make the default branch's token write ever more. */
const MOST_COMMENTS = 5;
const PAYLOAD_LIMIT = 30_000_000;

const payload = z.object({ workflow_run: z.object({ id: z.number().int().positive() }) });

/** The run that has just ended, where this workflow was started by its end. */
export async function findEndedRun({ env, files }: Pick<Effects, 'env' | 'files'>): Promise<string | undefined> {
  const path = env['GITHUB_EVENT_PATH'] ?? '';
  if (env['GITHUB_EVENT_NAME'] !== 'workflow_run' || path === '') return undefined;
  const stat = await files.stat(path);
  if (stat === undefined || stat.size > PAYLOAD_LIMIT) return undefined;
  const text = await files.readText(path);
  try {
    return String(payload.parse(JSON.parse(text)).workflow_run.id);
  } catch (cause) {
    throw new Fault('the event does not say which run has ended', { where: path, cause });
  }
}

/**
 * Writes what a run could not whose token only reads, as that of a fork and of Dependabot: the comment and the check, out of the record it left.
 * Which pull request and commit it is about, GitHub says; of the record, which may be a fork’s, nothing is believed but that it is text to show.
 * Nothing is checked out and nothing of it runs. The exit is that of the reporting, not of the run.
 */
export async function reportEndedRun(
  effects: Pick<Effects, 'env' | 'github' | 'output'>,
  id: string,
  reports: readonly string[],
): Promise<SessionResult> {
  const { github } = effects;
  if (github === undefined)
    throw new Fault('a run that has ended cannot be reported without a token', {
      where: 'input github-token',
      remedy: 'Leave the input as it is, and grant `actions: read`, `pull-requests: write` and `checks: write`.',
    });
  const say = (text: string): SessionResult => {
    effects.output.stderr(`report: ${text}\n`);
    return { exitCode: EXIT.passed };
  };
  const run = await github.workflowRun(id);
  if (run.event !== 'pull_request') return say(`the run ${id} is about no pull request`);
  const left = await findDeferred(github, id);
  if (left.length === 0) return say(`the run ${id} wrote its reports itself, or has none`);
  const pull = await findPull(github, run);
  if (pull === undefined) return say(`no open pull request has the commit of the run ${id} as its head any more`);
  for (const artifact of left) {
    const bytes = await github.readArtifact(artifact, LARGEST);
    const record = parseRecord(Buffer.from(bytes).toString('utf8'), `artifact ${artifact.name} of the run ${id}`);
    await writeReports(github, asOf(record, run, pull, github.repository), {
      run,
      page: runPage(effects.env, run.id),
      reports,
    });
  }
  return say(`#${String(pull.number)} says what the run ${id} found`);
}

/** The newest of each job, of every config of the run. */
async function findDeferred(github: GitHub, id: string): Promise<readonly ListedArtifact[]> {
  const isDeferred = (name: string): boolean => name.replace(/^c[0-9a-f]{8}\./, '').startsWith(DEFERRED);
  const found = (await github.listArtifacts(id)).filter(({ name, expired }) => isDeferred(name) && !expired);
  const byJob = new Map(
    found
      .toSorted((one, other) => one.id - other.id)
      .map((artifact) => [artifact.name.replace(/\.\d+$/, ''), artifact]),
  );
  return [...byJob.values()].slice(0, MOST);
}

/** By the branch the run was about, and only while its newest commit is that of the run: a record about an older one is old news. */
async function findPull(github: GitHub, run: WorkflowRun): Promise<PullRequest | undefined> {
  const { headRepository, headBranch, headSha } = run;
  const [owner] = (headRepository ?? '').split('/');
  if (headBranch === undefined || owner === undefined || owner === '') return undefined;
  const open = await github.openPullRequests(owner, headBranch);
  return open.find((pull) => pull.headSha === headSha && pull.headRepository === headRepository);
}

/** What GitHub knows better stands in the place of what the record says. */
function asOf(record: RunRecord, run: WorkflowRun, pull: PullRequest, repository: string): RunRecord {
  const fork = run.headRepository !== repository;
  return { ...record, source: { ...record.source, head: run.headSha, pullRequest: pull.number, fork } };
}

interface Ended {
  readonly run: WorkflowRun;
  readonly page: string | undefined;
  readonly reports: readonly string[];
}

async function writeReports(github: GitHub, record: RunRecord, { run, page, reports }: Ended): Promise<void> {
  const { pullRequest } = record.source;
  if (reports.includes('comment') && pullRequest !== undefined)
    await keepComment(github, {
      issue: pullRequest,
      mark: commentMark(record),
      body: renderComment(record, originOf(run, page)),
      worthCreating: hasNews(record) || run.conclusion !== 'success',
      // The fork names the config, and with it the comment.
      ...(record.source.fork ? { most: { count: MOST_COMMENTS, start: COMMENT_START } } : {}),
    });
  if (reports.includes('check')) {
    const check = renderCheck(record, run.headSha);
    const details = page === undefined ? {} : { detailsUrl: page };
    await github.publishCheck({ ...check, ...details, ...verdictFor(check, record, run) });
  }
}

/** A check is never better than how the run ended; that of a fork has another name and is never green, because the fork decides what it says. */
function verdictFor(check: Check, record: RunRecord, run: WorkflowRun): Pick<Check, 'name' | 'conclusion'> {
  const { fork } = record.source;
  const name = fork ? `${check.name} (fork)` : check.name;
  if (run.conclusion !== 'success' || check.conclusion === 'failure') return { name, conclusion: 'failure' };
  return { name, conclusion: fork ? 'neutral' : check.conclusion };
}

/** Whose words these are. */
function originOf(run: WorkflowRun, page: string | undefined): string {
  const name = page === undefined ? `run ${toMarkdown(run.id)}` : `[run ${toMarkdown(run.id)}](${page})`;
  return `as ${name} of ${toMarkdown(run.headRepository ?? 'a fork')} tells it, which ended with ${toMarkdown(run.conclusion ?? run.status)}`;
}
