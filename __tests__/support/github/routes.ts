import { gunzipSync } from 'node:zlib';
import { showArtifact, showCheck, showComment, showPull, showRun } from './answers.ts';
import { type GitHubState, type StoredPull, takeId } from './state.ts';

export interface RouteRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
  readonly token: { readonly login?: string };
  /** Of the double itself. */
  readonly origin: string;
}
export interface RouteAnswer {
  readonly body?: unknown;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}
type Route = (state: GitHubState, request: RouteRequest) => RouteAnswer;

/** Permission that an operation takes; undefined: GitHub gives it to users alone. */
export const PERMISSIONS: Readonly<Record<string, readonly [string, 'read' | 'write'] | undefined>> = {
  'checks/create': ['checks', 'write'],
  'checks/update': ['checks', 'write'],
  'issues/list-comments': ['pull-requests', 'read'],
  'issues/create-comment': ['pull-requests', 'write'],
  'issues/update-comment': ['pull-requests', 'write'],
  'pulls/list': ['pull-requests', 'read'],
  'pulls/get': ['pull-requests', 'read'],
  'repos/list-pull-requests-associated-with-commit': ['pull-requests', 'read'],
  'actions/list-jobs-for-workflow-run': ['actions', 'read'],
  'actions/get-workflow-run': ['actions', 'read'],
  'actions/list-workflow-runs-for-repo': ['actions', 'read'],
  'actions/list-workflow-run-artifacts': ['actions', 'read'],
  'actions/download-artifact': ['actions', 'read'],
  'actions/get-actions-cache-usage': ['actions', 'read'],
  'repos/compare-commits-with-basehead': ['contents', 'read'],
  'code-scanning/upload-sarif': ['security-events', 'write'],
  'repos/get-release-by-tag': ['contents', 'read'],
  'repos/update-release': ['contents', 'write'],
};

export const ROUTES: Readonly<Record<string, Route>> = {
  'checks/create': createCheck,
  'checks/update': updateCheck,
  'issues/list-comments': (state, request) => {
    const issue = Number(request.params['issue_number']);
    const all = state.comments.filter((comment) => comment.issue === issue);
    return page(
      request,
      all.map((comment) => showComment(state, comment)),
    );
  },
  'issues/create-comment': createComment,
  'issues/update-comment': (state, { params, body }) => {
    const comment = state.comments.find(({ id }) => String(id) === params['comment_id']);
    if (comment === undefined) return notFound();
    if (String(body['body']).length > 65_536) return tooLong();
    comment.body = String(body['body']);
    comment.edits += 1;
    return { body: showComment(state, comment) };
  },
  'pulls/list': (state, request) => {
    const [owner, ref] = (request.query.get('head') ?? '').split(/:(.*)/s);
    const wanted = request.query.get('state') ?? 'open';
    const found = state.pulls.filter(
      (pull) =>
        (wanted === 'all' || (pull.state ?? 'open') === wanted) &&
        ((owner ?? '') === '' || (ownerOf(state, pull) === owner && pull.head.ref === ref)),
    );
    return page(
      request,
      found.map((pull) => showPull(state, pull)),
    );
  },
  'pulls/get': (state, { params }) => {
    const pull = state.pulls.find(({ number }) => String(number) === params['pull_number']);
    return pull === undefined ? notFound() : { body: showPull(state, pull) };
  },
  'repos/list-pull-requests-associated-with-commit': (state, request) => {
    const commit = request.params['commit_sha'] ?? '';
    // Commits that lie in a fork alone are not found this way.
    const own = state.pulls.filter(
      (pull) =>
        pull.commits?.includes(commit) === true ||
        (pull.head.sha === commit && (pull.head.repository ?? state.repository) === state.repository),
    );
    return page(
      request,
      own.map((pull) => showPull(state, pull)),
    );
  },
  'actions/list-jobs-for-workflow-run': (state, request) =>
    paged(request, 'jobs', state.jobs.get(request.params['run_id'] ?? '') ?? []),
  'actions/get-workflow-run': (state, { params }) => {
    const run = state.runs.find(({ id }) => String(id) === params['run_id']);
    return run === undefined ? notFound() : { body: showRun(state, run) };
  },
  'actions/list-workflow-runs-for-repo': (state, request) => {
    const sha = request.query.get('head_sha');
    const found = state.runs.filter((run) => sha === null || run.head_sha === sha);
    return paged(
      request,
      'workflow_runs',
      found.map((run) => showRun(state, run)),
    );
  },
  'actions/list-workflow-run-artifacts': (state, request) => {
    const run = `run-${request.params['run_id'] ?? ''}`;
    const found = state.artifacts.filter((artifact) => artifact.run === run && artifact.finalized);
    return paged(request, 'artifacts', found.map(showArtifact));
  },
  'actions/download-artifact': (state, { params, origin }) => {
    const artifact = state.artifacts.find(({ id }) => String(id) === params['artifact_id']);
    if (artifact === undefined) return notFound();
    return { headers: { location: `${origin}/blob/${String(artifact.id)}?sig=${artifact.signature}` } };
  },
  'actions/get-actions-cache-usage': (state) => ({
    body: { full_name: state.repository, active_caches_size_in_bytes: 9_500_000_000, active_caches_count: 12 },
  }),
  'repos/compare-commits-with-basehead': (state) => ({
    body: { status: 'ahead', files: state.compared.map((filename) => ({ filename, status: 'modified' })) },
  }),
  'code-scanning/upload-sarif': (state, { body }) => {
    const sarif: unknown = JSON.parse(gunzipSync(Buffer.from(String(body['sarif']), 'base64')).toString('utf8'));
    state.sarifs.push({ commit: String(body['commit_sha']), ref: String(body['ref']), sarif });
    return { body: { id: String(takeId(state)) } };
  },
  'users/get-authenticated': (_state, { token }) =>
    token.login === undefined ? forbidden() : { body: { login: token.login, type: 'User' } },
  'repos/get-release-by-tag': (state, { params }) => {
    const release = state.releases.find(({ tag }) => tag === params['tag']);
    return release === undefined ? notFound() : { body: { id: release.id, tag_name: release.tag, body: release.body } };
  },
  'repos/update-release': (state, { params, body }) => {
    const release = state.releases.find(({ id }) => String(id) === params['release_id']);
    if (release === undefined) return notFound();
    release.body = wordsOf(body['body']);
    return { body: { id: release.id, tag_name: release.tag, body: release.body } };
  },
};

function ownerOf(state: GitHubState, { head }: StoredPull): string {
  return (head.repository ?? state.repository).split('/')[0] ?? '';
}

interface Output {
  readonly title: string;
  readonly summary: string;
  readonly annotations?: Record<string, unknown>[];
}

function createCheck(state: GitHubState, { body }: RouteRequest): RouteAnswer {
  const { title, summary, annotations = [] } = (body['output'] ?? {}) as Output;
  const wrong = complainAboutAnnotations(annotations);
  if (wrong !== undefined) return wrong;
  // The description says so in words only.
  if (body['status'] === 'completed' && body['conclusion'] === undefined) return invalid('conclusion');
  const check = {
    id: takeId(state),
    name: String(body['name']),
    head_sha: String(body['head_sha']),
    conclusion: String(body['conclusion']),
    external_id: String(body['external_id']),
    output: { title, summary },
    annotations: [...annotations],
    calls: [annotations.length],
  };
  state.checks.push(check);
  return { body: showCheck(state, check) };
}

/** Annotations are added to those that are there. */
function updateCheck(state: GitHubState, { params, body }: RouteRequest): RouteAnswer {
  const check = state.checks.find(({ id }) => String(id) === params['check_run_id']);
  if (check === undefined) return notFound();
  const { title, summary, annotations = [] } = (body['output'] ?? {}) as Output;
  const wrong = complainAboutAnnotations(annotations);
  if (wrong !== undefined) return wrong;
  check.output = { title, summary };
  check.annotations.push(...annotations);
  check.calls.push(annotations.length);
  return { body: showCheck(state, check) };
}

/** Limits that the description has in words only. */
function complainAboutAnnotations(all: readonly Record<string, unknown>[]): RouteAnswer | undefined {
  const long = all.some(
    ({ message, title, raw_details: details, path }) =>
      Buffer.byteLength(String(message)) > 65_536 ||
      Buffer.byteLength(wordsOf(details)) > 65_536 ||
      wordsOf(title).length > 255 ||
      String(path) === '' ||
      String(path).startsWith('/'),
  );
  return long ? invalid('annotation') : undefined;
}

function invalid(what: string): RouteAnswer {
  return { status: 422, body: { message: 'Invalid request.', errors: [what] } };
}

function wordsOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function createComment(state: GitHubState, { params, body, token }: RouteRequest): RouteAnswer {
  if (String(body['body']).length > 65_536) return tooLong();
  const issue = Number(params['issue_number']);
  if (!state.pulls.some(({ number }) => number === issue)) return notFound();
  const who =
    token.login === undefined
      ? { login: 'github-actions[bot]', type: 'Bot' as const }
      : { login: token.login, type: 'User' as const };
  const comment = { id: takeId(state), issue, body: String(body['body']), ...who, edits: 0 };
  state.comments.push(comment);
  return { body: showComment(state, comment) };
}

function tooLong(): RouteAnswer {
  return {
    status: 422,
    body: { message: 'Validation Failed', errors: ['Body is too long (maximum is 65536 characters)'] },
  };
}
function notFound(): RouteAnswer {
  return { status: 404, body: { message: 'Not Found', status: '404' } };
}
export function forbidden(): RouteAnswer {
  return { status: 403, body: { message: 'Resource not accessible by integration', status: '403' } };
}

function paged(request: RouteRequest, name: string, all: readonly unknown[]): RouteAnswer {
  const { body, headers } = page(request, all);
  return { body: { total_count: all.length, [name]: body }, ...(headers === undefined ? {} : { headers }) };
}

function page({ query, origin }: RouteRequest, all: readonly unknown[]): RouteAnswer {
  const size = Math.min(100, Number(query.get('per_page') ?? '30'));
  const number = Number(query.get('page') ?? '1');
  const body = all.slice((number - 1) * size, number * size);
  if (number * size >= all.length) return { body };
  return { body, headers: { link: `<${origin}/next?page=${String(number + 1)}>; rel="next"` } };
}
