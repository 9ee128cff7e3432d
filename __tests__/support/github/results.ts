import { createHash, randomBytes } from 'node:crypto';
import { answerCache } from './cache.ts';
import { type GitHubState, type StoredArtifact, type StoredBlob, takeId } from './state.ts';

export interface ResultsRequest {
  readonly method: string;
  readonly authorization: string;
  readonly body: Buffer;
  readonly origin: string;
}
export interface ResultsAnswer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}
export type Runtime = NonNullable<ReturnType<GitHubState['runtimes']['get']>>;
type Asked = Readonly<Record<string, string | number | undefined>>;

/** A call of one of the services in JSON, as their own clients make it. */
export function answerResults(
  state: GitHubState,
  service: string,
  name: string,
  request: ResultsRequest,
): ResultsAnswer {
  const runtime = state.runtimes.get(request.authorization.replace(/^Bearer /, ''));
  if (runtime === undefined) return refuse(401, 'unauthenticated', 'invalid token');
  return service === 'CacheService'
    ? answerCache(state, name, runtime, request)
    : answerArtifacts(state, name, runtime, request);
}

function answerArtifacts(state: GitHubState, name: string, runtime: Runtime, request: ResultsRequest): ResultsAnswer {
  const asked = JSON.parse(request.body.toString('utf8')) as Asked;
  if (asked['workflow_run_backend_id'] !== runtime.run) return refuse(403, 'permission_denied', 'another run');
  switch (name) {
    case 'CreateArtifact':
      return create(state, runtime, asked, request.origin);
    case 'FinalizeArtifact':
      return finalize(state, runtime, asked);
    case 'ListArtifacts':
      return list(state, runtime, asked);
    case 'GetSignedArtifactURL':
      return sign(state, asked, request.origin);
    default:
      return refuse(404, 'bad_route', 'no such method');
  }
}

function create(state: GitHubState, { run, job, attempt }: Runtime, asked: Asked, origin: string): ResultsAnswer {
  const name = String(asked['name']);
  const taken = state.artifacts.some((one) => one.run === run && one.name === name && one.attempt === attempt);
  if (taken) return refuse(409, 'already_exists', 'an artifact with this name already exists on the workflow run');
  if (asked['workflow_job_run_backend_id'] !== job || typeof asked['version'] !== 'number')
    return refuse(400, 'malformed', 'the job or the version is missing');
  const artifact: StoredArtifact = {
    ...{ id: takeId(state), run, job, attempt, name, mimeType: String(asked['mime_type'] ?? 'application/zip') },
    ...{ signature: randomBytes(12).toString('hex'), blocks: new Map(), content: Buffer.alloc(0), finalized: false },
  };
  state.artifacts.push(artifact);
  return ok({ ok: true, signed_upload_url: addressOf(artifact, origin) });
}

function finalize(state: GitHubState, { run, attempt }: Runtime, asked: Asked): ResultsAnswer {
  const artifact = state.artifacts.find(
    (one) => one.run === run && one.name === asked['name'] && one.attempt === attempt && !one.finalized,
  );
  if (artifact === undefined) return refuse(404, 'not_found', 'no such artifact');
  const digest = `sha256:${createHash('sha256').update(artifact.content).digest('hex')}`;
  if (String(asked['size']) !== String(artifact.content.length) || (asked['hash'] ?? digest) !== digest)
    return refuse(400, 'invalid_argument', 'size or hash is not that of the blob');
  artifact.finalized = true;
  artifact.digest = digest;
  return ok({ ok: true, artifact_id: String(artifact.id) });
}

function list(state: GitHubState, { run }: Runtime, asked: Asked): ResultsAnswer {
  const found = state.artifacts.filter(
    (one) =>
      one.run === run &&
      one.finalized &&
      (asked['name_filter'] === undefined || asked['name_filter'] === one.name) &&
      (asked['id_filter'] === undefined || String(asked['id_filter']) === String(one.id)),
  );
  const artifacts = found.map((one) => ({
    workflow_run_backend_id: one.run,
    workflow_job_run_backend_id: one.job,
    database_id: String(one.id),
    name: one.name,
    size: String(one.content.length),
    created_at: '2026-01-02T03:04:05Z',
    digest: one.digest,
  }));
  return ok({ artifacts });
}

/** The newest of a name. */
function sign(state: GitHubState, asked: Asked, origin: string): ResultsAnswer {
  const artifact = state.artifacts.findLast(
    (one) =>
      one.run === asked['workflow_run_backend_id'] &&
      one.job === asked['workflow_job_run_backend_id'] &&
      one.name === asked['name'],
  );
  if (artifact === undefined) return refuse(404, 'not_found', 'no such artifact');
  return ok({ name: artifact.name, signed_url: addressOf(artifact, origin) });
}

function addressOf({ id, signature }: StoredArtifact, origin: string): string {
  return `${origin}/blob/${String(id)}?sig=${signature}`;
}

/** The blob behind a signed address: written in one piece or in blocks, read by anybody who has the address. */
export function answerBlob(
  state: GitHubState,
  id: string,
  query: URLSearchParams,
  request: ResultsRequest,
): ResultsAnswer {
  const artifact = [...state.artifacts, ...state.entries].find((one) => String(one.id) === id);
  if (artifact?.signature !== (query.get('sig') ?? ''))
    return { status: 403, body: '<Error><Code>AuthenticationFailed</Code></Error>' };
  // A storage account takes no other credentials beside the signature.
  if (request.authorization !== '')
    return { status: 400, body: '<Error><Code>InvalidAuthenticationInfo</Code></Error>' };
  if (request.method === 'GET') return show(artifact);
  if (query.get('comp') === 'block') artifact.blocks.set(query.get('blockid') ?? '', request.body);
  else if (query.get('comp') === 'blocklist') {
    const ids = [...request.body.toString('utf8').matchAll(/<Latest>([^<]+)<\/Latest>/g)].map(
      (match) => match[1] ?? '',
    );
    artifact.content = Buffer.concat(ids.map((block) => artifact.blocks.get(block) ?? Buffer.alloc(0)));
  } else artifact.content = request.body;
  return { status: 201, body: '', headers: { etag: '"1"', 'x-ms-request-id': '1' } };
}

function show({ name, mimeType, content }: StoredBlob): ResultsAnswer {
  const file = mimeType === 'application/zip' ? `${name}.zip` : name;
  const headers = { 'content-type': mimeType, 'content-disposition': `attachment; filename="${file}"` };
  return { status: 200, body: content, headers };
}

export function ok(body: object): ResultsAnswer {
  return { status: 200, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}
export function refuse(status: number, code: string, msg: string): ResultsAnswer {
  return { status, body: JSON.stringify({ code, msg }), headers: { 'content-type': 'application/json' } };
}
