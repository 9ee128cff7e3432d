import type { StoredPull } from './state.ts';

/** A pull request as `pull_request` events tell it. */
interface PullEvent {
  readonly number?: number;
  /** `owner/name` of the head; null: the fork was deleted. */
  readonly from?: string | null;
  readonly ref?: string;
  readonly sha?: string;
  readonly labels?: readonly string[];
  readonly author?: string;
}

export const REPOSITORY = 'team/project';
export const FORK_REPOSITORY = 'stranger/project';
export const HEAD_SHA = 'b'.repeat(40);
export const BOT = 'dependabot[bot]';

interface EventOfRunner {
  readonly env: Readonly<Record<string, string>>;
  readonly payload: object;
}

const repository = {
  full_name: REPOSITORY,
  name: 'project',
  owner: { login: 'team' },
  default_branch: 'main',
  fork: false,
};

/** What a runner gives a job of each event, in GitHub's shape (docs, "Webhook events and payloads"), as far as anything in it is read. */
export function eventOf(name: EventRow, commit: string): EventOfRunner {
  return EVENTS[name](commit);
}

export type EventRow =
  | 'pull request'
  | 'pull request of a fork'
  | 'pull request of Dependabot'
  | 'push to the default branch'
  | 'push to another branch'
  | 'version tag'
  | 'schedule'
  | 'dispatch'
  | 'merge group'
  | 'workflow run';

const EVENTS: Readonly<Record<EventRow, (commit: string) => EventOfRunner>> = {
  'pull request': (commit) => pullRequest(commit, {}),
  'pull request of a fork': (commit) => pullRequest(commit, { from: FORK_REPOSITORY, author: 'stranger' }),
  'pull request of Dependabot': (commit) => pullRequest(commit, { ref: 'dependabot/pip/x-1', author: BOT }),
  'push to the default branch': (commit) => push(commit, 'refs/heads/main'),
  'push to another branch': (commit) => push(commit, 'refs/heads/feature'),
  'version tag': (commit) => push(commit, 'refs/tags/v1.2.3'),
  schedule: (commit) => ({
    env: envOf('schedule', 'refs/heads/main', commit),
    payload: { schedule: '0 4 * * *', repository },
  }),
  dispatch: (commit) => ({
    env: envOf('workflow_dispatch', 'refs/heads/main', commit),
    payload: { inputs: {}, ref: 'refs/heads/main', repository, sender: user('somebody') },
  }),
  'merge group': (commit) => {
    const ref = `refs/heads/gh-readonly-queue/main/pr-12-${HEAD_SHA}`;
    const group = { head_sha: commit, head_ref: ref, base_ref: 'refs/heads/main', base_sha: '0'.repeat(40) };
    const payload = { action: 'checks_requested', merge_group: group, repository, sender: user('somebody') };
    return { env: envOf('merge_group', ref, commit), payload };
  },
  'workflow run': (commit) => workflowRun(commit, 77),
};

export function eventRows(): readonly EventRow[] {
  return Object.keys(EVENTS) as EventRow[];
}

export function pullRequest(commit: string, change: PullEvent): EventOfRunner {
  const { number = 12, from = REPOSITORY, ref = 'feature', sha = HEAD_SHA, labels = [], author = 'somebody' } = change;
  const head = {
    ref,
    sha,
    label: `x:${ref}`,
    repo: from === null ? null : { full_name: from, fork: from !== REPOSITORY },
  };
  const request = {
    ...{ number, state: 'open', title: 'a change', user: user(author), head, merge_commit_sha: commit },
    base: { ref: 'main', sha: '0'.repeat(40), repo: repository },
    labels: labels.map((name, index) => ({ id: index + 1, name, color: 'ededed' })),
  };
  return {
    env: {
      ...envOf('pull_request', `refs/pull/${String(number)}/merge`, commit),
      GITHUB_HEAD_REF: ref,
      GITHUB_ACTOR: author,
    },
    payload: { action: 'synchronize', number, pull_request: request, repository, sender: user(author) },
  };
}

function push(commit: string, ref: string): EventOfRunner {
  const payload = {
    ref,
    before: '0'.repeat(40),
    after: commit,
    forced: false,
    commits: [],
    repository,
    sender: user('somebody'),
  };
  return { env: envOf('push', ref, commit), payload };
}

/** The end of a run, as the default branch hears of it. */
export function workflowRun(commit: string, id: number): EventOfRunner {
  const run = {
    id,
    name: 'images',
    event: 'pull_request',
    head_sha: HEAD_SHA,
    head_branch: 'feature',
    pull_requests: [],
  };
  const payload = { action: 'completed', workflow_run: run, repository, sender: user('stranger') };
  return { env: envOf('workflow_run', 'refs/heads/main', commit), payload };
}

function envOf(event: string, ref: string, commit: string): Record<string, string> {
  return { GITHUB_EVENT_NAME: event, GITHUB_REF: ref, GITHUB_SHA: commit, GITHUB_ACTOR: 'somebody' };
}

function user(login: string): object {
  return { login, type: login.endsWith('[bot]') ? 'Bot' : 'User', id: 1 };
}

/** The pull request that the events are about, as the double has it. */
export function storedPull(change: Partial<StoredPull> = {}): StoredPull {
  return { number: 12, head: { sha: HEAD_SHA, ref: 'feature' }, ...change };
}
