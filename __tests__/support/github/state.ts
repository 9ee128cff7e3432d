import { randomBytes } from 'node:crypto';

/** What a token may: the permissions of a job. */
export type Permissions = Readonly<Record<string, 'read' | 'write'>>;

/** Everything that `images.yml` asks its caller for. */
export const EVERYTHING: Permissions = {
  contents: 'read',
  actions: 'read',
  checks: 'write',
  'pull-requests': 'write',
  'security-events': 'write',
};
/** What GitHub leaves of them in a run of a fork or of Dependabot. */
export const FORK: Permissions = {
  contents: 'read',
  actions: 'read',
  checks: 'read',
  'pull-requests': 'read',
  'security-events': 'read',
};

export interface StoredComment {
  readonly id: number;
  readonly issue: number;
  body: string;
  readonly login: string;
  readonly type: 'User' | 'Bot';
  /** How often it was edited. */
  edits: number;
}
export interface StoredCheck {
  readonly id: number;
  readonly name: string;
  readonly head_sha: string;
  readonly conclusion: string;
  readonly external_id: string;
  output: { readonly title: string; readonly summary: string };
  readonly annotations: Record<string, unknown>[];
  /** Annotations that came with each call. */
  readonly calls: number[];
}
export interface StoredPull {
  readonly number: number;
  readonly state?: 'open' | 'closed';
  readonly merged?: boolean;
  readonly head: { readonly sha: string; readonly ref: string; readonly repository?: string };
  readonly labels?: readonly string[];
  /** Commits of this repository that contain it: its merge commits. */
  readonly commits?: readonly string[];
}
export interface StoredRun {
  readonly id: number;
  readonly event: string;
  readonly path: string;
  readonly head_sha: string;
  readonly head_branch: string;
  readonly head_repository: string;
  readonly status?: string;
  readonly conclusion?: string;
}
/** What lies behind a signed address. */
export interface StoredBlob {
  readonly id: number;
  readonly name: string;
  readonly mimeType: string;
  readonly signature: string;
  readonly blocks: Map<string, Buffer>;
  content: Buffer;
  finalized: boolean;
}
export interface StoredArtifact extends StoredBlob {
  readonly run: string;
  readonly job: string;
  readonly attempt: number;
  digest?: string;
}
/** An entry of the cache; jobs of other branches do not see it, but for the default branch's. */
export interface StoredEntry extends StoredBlob {
  readonly scope: string;
  readonly key: string;
  readonly version: string;
}
/** What a job may do with the cache of a ref, in the words of its token's claim. */
export interface CacheScope {
  readonly Scope: string;
  readonly Permission: number;
}
/** How one question is answered instead, a number of times. */
export interface Failure {
  /** Of `METHOD /path`. */
  readonly match: RegExp;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly message?: string;
  times: number;
  /** True: it is done all the same, only the answer is lost. */
  readonly done?: boolean;
}

/** What the double knows; tests write it and read it. */
export interface GitHubState {
  readonly repository: string;
  readonly pulls: StoredPull[];
  readonly comments: StoredComment[];
  readonly checks: StoredCheck[];
  readonly runs: StoredRun[];
  /** Jobs by run id, in GitHub's words. */
  readonly jobs: Map<string, Record<string, unknown>[]>;
  readonly artifacts: StoredArtifact[];
  readonly entries: StoredEntry[];
  readonly sarifs: { readonly commit: string; readonly ref: string; readonly sarif: unknown }[];
  readonly releases: { readonly id: number; readonly tag: string; body: string }[];
  /** Files that differ between any two commits. */
  readonly compared: string[];
  readonly failures: Failure[];
  /** `METHOD /path?query status`, in order. */
  readonly log: string[];
  readonly tokens: Map<string, { readonly permissions: Permissions; readonly login?: string }>;
  /** Runtime tokens of jobs. */
  readonly runtimes: Map<
    string,
    { readonly run: string; readonly job: string; readonly attempt: number; readonly scopes: readonly CacheScope[] }
  >;
  nextId: number;
}

export function makeState(repository: string): GitHubState {
  return {
    ...{ repository, pulls: [], comments: [], checks: [], runs: [], jobs: new Map(), artifacts: [], sarifs: [] },
    ...{
      releases: [],
      entries: [],
      compared: [],
      failures: [],
      log: [],
      tokens: new Map(),
      runtimes: new Map(),
      nextId: 1001,
    },
  };
}

/** A token of a job with these permissions. */
export function issueToken(state: GitHubState, permissions: Permissions, login?: string): string {
  const token = `ghs_${randomBytes(18).toString('hex')}`;
  state.tokens.set(token, { permissions, ...(login === undefined ? {} : { login }) });
  return token;
}

/** To read and to write what the default branch has. */
export const MAIN_SCOPE: readonly CacheScope[] = [{ Scope: 'refs/heads/main', Permission: 3 }];

/** The token with which a job reaches the results service; unsigned, its claims are what GitHub's say. */
export function issueRuntimeToken(
  state: GitHubState,
  run: string,
  job: string,
  attempt = 1,
  scopes: readonly CacheScope[] = MAIN_SCOPE,
): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    scp: `Actions.Example Actions.Results:run-${run}:job-${job}`,
    nonce: randomBytes(8).toString('hex'),
    ac: JSON.stringify(scopes),
    nbf: Math.floor(Date.now() / 1000) - 60,
    exp: Math.floor(Date.now() / 1000) + 6 * 3600,
  };
  const token = `${part({ alg: 'none' })}.${part(claims)}.${randomBytes(8).toString('hex')}`;
  state.runtimes.set(token, { run: `run-${run}`, job: `job-${job}`, attempt, scopes });
  return token;
}

export function takeId(state: GitHubState): number {
  state.nextId += 1;
  return state.nextId;
}
