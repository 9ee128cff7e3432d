import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { complain, type Operation, OPERATIONS } from './description.ts';
import { answerBlob, answerResults, type ResultsAnswer } from './results.ts';
import { forbidden, PERMISSIONS, type RouteAnswer, ROUTES } from './routes.ts';
import {
  type CacheScope,
  EVERYTHING,
  type GitHubState,
  issueRuntimeToken,
  issueToken,
  makeState,
  type Permissions,
} from './state.ts';

/** GitHub on this machine: the REST routes we use, held against GitHub's own description, and the results service. */
export interface GitHubDouble {
  readonly origin: string;
  readonly state: GitHubState;
  /** A token of a job; `login` makes it one of a person. */
  token(permissions?: Permissions, login?: string): string;
  /** What the runner gives the steps of a job that are actions. */
  jobEnv(run: string, job?: string, attempt?: number): Record<string, string>;
  /** The same with the second version of the cache service, for a job that may see these scopes. */
  cachedJobEnv(run: string, scopes?: readonly CacheScope[]): Record<string, string>;
  stop(): Promise<void>;
}

export async function startGitHub(repository = 'team/project', port = 0): Promise<GitHubDouble> {
  const state = makeState(repository);
  const server = createServer((request, response) => {
    void answer(state, originOf(request), request, response);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const envOf = (run: string, job: string, attempt: number, scopes?: readonly CacheScope[]) => ({
    GITHUB_API_URL: origin,
    GITHUB_REPOSITORY: repository,
    GITHUB_RUN_ID: run,
    GITHUB_RUN_ATTEMPT: String(attempt),
    ACTIONS_RESULTS_URL: `${origin}/`,
    ACTIONS_RUNTIME_TOKEN: issueRuntimeToken(state, run, job, attempt, scopes),
  });
  return {
    origin,
    state,
    token: (permissions = EVERYTHING, login) => issueToken(state, permissions, login),
    jobEnv: (run, job = 'build', attempt = 1) => envOf(run, job, attempt),
    cachedJobEnv: (run, scopes) => ({ ...envOf(run, 'build', 1, scopes), ACTIONS_CACHE_SERVICE_V2: 'True' }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function originOf(request: IncomingMessage): string {
  return `http://${request.headers.host ?? ''}`;
}

async function answer(
  state: GitHubState,
  origin: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const url = new URL(request.url ?? '/', origin);
  const method = request.method ?? 'GET';
  const line = `${method} ${url.pathname}`;
  const failure = state.failures.find(({ match, times }) => times > 0 && match.test(line));
  if (failure !== undefined) failure.times -= 1;
  const real = (): ResultsAnswer => dispatch(state, method, url, request.headers.authorization ?? '', body);
  if (failure?.done === true) real();
  const result: ResultsAnswer =
    failure === undefined
      ? real()
      : {
          status: failure.status,
          body: JSON.stringify({ message: failure.message ?? 'Server Error' }),
          ...(failure.headers === undefined ? {} : { headers: failure.headers }),
        };
  // Signatures in queries are secrets, and tests look for those everywhere.
  const query = [...url.searchParams].filter(([name]) => name !== 'sig').map(([name, value]) => `${name}=${value}`);
  state.log.push(`${line}${query.length === 0 ? '' : `?${query.join('&')}`} ${String(result.status)}`);
  response.writeHead(result.status, { 'content-type': 'application/json; charset=utf-8', ...result.headers });
  response.end(result.body);
}

function dispatch(state: GitHubState, method: string, url: URL, authorization: string, body: Buffer): ResultsAnswer {
  const request = { method, authorization, body, origin: url.origin };
  if (url.pathname.startsWith('/_double/')) return answerOwner(state, url.pathname, body);
  const call = /^\/twirp\/github\.actions\.results\.api\.v1\.(ArtifactService|CacheService)\/(\w+)$/.exec(url.pathname);
  if (call !== null) return answerResults(state, call[1] ?? '', call[2] ?? '', request);
  const blob = /^\/blob\/(\d+)$/.exec(url.pathname);
  if (blob !== null) return answerBlob(state, blob[1] ?? '', url.searchParams, request);
  const { status = 200, body: said, headers } = answerRest(state, method, url, authorization, body);
  return {
    status,
    body: said === undefined ? '' : JSON.stringify(said),
    ...(headers === undefined ? {} : { headers }),
  };
}

function answerRest(state: GitHubState, method: string, url: URL, authorization: string, body: Buffer): RouteAnswer {
  const token = state.tokens.get(authorization.replace(/^Bearer /, ''));
  if (token === undefined) return { status: 401, body: { message: 'Bad credentials', status: '401' } };
  const found = OPERATIONS.find((one) => one.method === method && one.pattern.test(url.pathname));
  const route = found === undefined ? undefined : ROUTES[found.id];
  if (found === undefined || route === undefined) return { status: 404, body: { message: 'Not Found' } };
  if (!isAllowed(found.id, token)) return forbidden();
  const params = paramsOf(found, url.pathname);
  if (params['owner'] !== undefined && `${params['owner']}/${params['repo'] ?? ''}` !== state.repository)
    return { status: 404, body: { message: 'Not Found' } };
  const parsed: unknown = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  const wrong = complain(found, url.searchParams, parsed);
  if (wrong.length > 0) return { status: 422, body: { message: `Invalid request.\n\n${wrong.join('\n')}` } };
  const request = {
    params,
    query: url.searchParams,
    body: parsed as Record<string, unknown>,
    token,
    origin: url.origin,
  };
  return requireDescribed(found, route(state, request));
}

function isAllowed(id: string, { permissions, login }: { permissions: Permissions; login?: string }): boolean {
  const needed = PERMISSIONS[id];
  if (needed === undefined) return login !== undefined;
  const [name, level] = needed;
  return permissions[name] === 'write' || permissions[name] === level;
}

function paramsOf({ names, pattern }: Operation, path: string): Record<string, string> {
  const values = pattern.exec(path)?.slice(1) ?? [];
  return Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(values[index] ?? '')]));
}

/** The double may say only what GitHub would: anything else is a mistake of the double. */
function requireDescribed(operation: Operation, given: RouteAnswer): RouteAnswer {
  if (given.status !== undefined) return given;
  if (operation.checkAnswer !== undefined && !operation.checkAnswer(given.body))
    return { status: 500, body: { message: `the double is wrong: ${JSON.stringify(operation.checkAnswer.errors)}` } };
  return { ...given, status: operation.status };
}

/** For programs that cannot hold the object: what was asked and written, a seed of what there is, tokens of jobs. */
function answerOwner(state: GitHubState, path: string, body: Buffer): ResultsAnswer {
  const json = (value: object): ResultsAnswer => ({ status: 200, body: JSON.stringify(value) });
  const given = body.length === 0 ? {} : (JSON.parse(body.toString('utf8')) as Record<string, unknown>);
  if (path === '/_double/token') {
    const permissions = (given['permissions'] ?? EVERYTHING) as Permissions;
    return json({ token: issueToken(state, permissions) });
  }
  if (path === '/_double/runtime') {
    const word = (name: string): string => (typeof given[name] === 'string' ? given[name] : '');
    return json({ token: issueRuntimeToken(state, word('run'), word('job'), Number(given['attempt'] ?? 1)) });
  }
  if (path === '/_double/seed') {
    const lists = state as unknown as Record<string, unknown[]>;
    for (const name of ['pulls', 'comments', 'runs', 'compared', 'releases'])
      lists[name]?.push(...((given[name] ?? []) as unknown[]));
    for (const [run, jobs] of Object.entries((given['jobs'] ?? {}) as Record<string, Record<string, unknown>[]>))
      state.jobs.set(run, jobs);
    return json({});
  }
  const { pulls, comments, checks, runs, sarifs, releases, log } = state;
  const artifacts = state.artifacts.map(({ id, run, name, finalized }) => ({ id, run, name, finalized }));
  return json({ pulls, comments, checks, runs, sarifs, releases, log, artifacts });
}
