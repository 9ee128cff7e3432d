import type { GitHubState, StoredArtifact, StoredCheck, StoredComment, StoredPull, StoredRun } from './state.ts';

const TIME = '2026-01-02T03:04:05Z';

export function showComment({ repository }: GitHubState, comment: StoredComment): object {
  return {
    id: comment.id,
    body: comment.body,
    html_url: `https://github.com/${repository}/pull/${String(comment.issue)}#issuecomment-${String(comment.id)}`,
    user: { login: comment.login, type: comment.type, id: 41_898_282 },
    created_at: TIME,
    updated_at: TIME,
    author_association: comment.type === 'Bot' ? 'NONE' : 'CONTRIBUTOR',
  };
}

export function showCheck({ repository }: GitHubState, check: StoredCheck): object {
  return {
    id: check.id,
    name: check.name,
    head_sha: check.head_sha,
    external_id: check.external_id,
    status: 'completed',
    conclusion: check.conclusion,
    html_url: `https://github.com/${repository}/runs/${String(check.id)}`,
    output: { ...check.output, annotations_count: check.annotations.length },
  };
}

export function showPull({ repository }: GitHubState, pull: StoredPull): object {
  const home = pull.head.repository ?? repository;
  return {
    id: 7_000_000 + pull.number,
    number: pull.number,
    state: pull.state ?? 'open',
    title: `change ${String(pull.number)}`,
    html_url: `https://github.com/${repository}/pull/${String(pull.number)}`,
    merged_at: pull.merged === true ? TIME : null,
    labels: (pull.labels ?? []).map((name, index) => ({ id: index + 1, name, color: 'ededed', default: false })),
    head: {
      label: `${home.split('/')[0] ?? ''}:${pull.head.ref}`,
      ref: pull.head.ref,
      sha: pull.head.sha,
      repo: { full_name: home },
    },
    base: { label: repository.replace('/', ':'), ref: 'main', sha: '0'.repeat(40), repo: { full_name: repository } },
  };
}

export function showRun({ repository }: GitHubState, run: StoredRun): object {
  return {
    id: run.id,
    name: 'images',
    path: run.path,
    event: run.event,
    status: run.status ?? 'completed',
    conclusion: run.conclusion ?? (run.status === undefined ? 'success' : null),
    head_sha: run.head_sha,
    head_branch: run.head_branch,
    head_repository: { full_name: run.head_repository },
    html_url: `https://github.com/${repository}/actions/runs/${String(run.id)}`,
    // Empty for forks, as GitHub has it.
    pull_requests: [],
  };
}

export function showArtifact(artifact: StoredArtifact): object {
  return {
    id: artifact.id,
    name: artifact.name,
    size_in_bytes: artifact.content.length,
    expired: false,
    created_at: TIME,
    ...(artifact.digest === undefined ? {} : { digest: artifact.digest }),
  };
}
