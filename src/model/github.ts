import type { Fault } from './fault.ts';

/** A comment in the conversation of a pull request. */
export interface IssueComment {
  readonly id: number;
  readonly body: string;
  readonly author: string;
  /** Whether an app wrote it, as GitHub Actions does. */
  readonly bot: boolean;
  readonly url: string;
}

/** The few facts of a pull request that decide something. */
export interface PullRequest {
  readonly number: number;
  readonly open: boolean;
  readonly merged: boolean;
  readonly headSha: string;
  /** `owner/name`; undefined when the fork was deleted. */
  readonly headRepository?: string;
  readonly labels: readonly string[];
}

/** One line of a check run that is shown in the changed files. */
export interface CheckAnnotation {
  readonly path: string;
  readonly line: number;
  readonly level: 'notice' | 'warning' | 'failure';
  /** At most 64 KiB. */
  readonly message: string;
  /** At most 255 characters. */
  readonly title: string;
  /** At most 64 KiB, shown on demand. */
  readonly details?: string;
}

/** A finished check run. Title, summary and text are markdown of at most 65,535 characters. */
export interface Check {
  readonly name: string;
  /** Full id of the commit it is shown at: of a pull request its head, not the merge. */
  readonly commit: string;
  readonly conclusion: 'success' | 'failure' | 'neutral';
  readonly title: string;
  readonly summary: string;
  readonly annotations: readonly CheckAnnotation[];
  /** What tells this run from others. */
  readonly externalId: string;
  /** Where "Details" leads to. */
  readonly detailsUrl?: string;
  readonly startedAt?: string;
  readonly completedAt?: string;
}

/** One job of a workflow run as GitHub sees it now. */
export interface WorkflowJob {
  readonly id: number;
  readonly name: string;
  readonly status: 'queued' | 'in_progress' | 'completed' | 'waiting' | 'requested' | 'pending';
  /** `success`, `failure`, `cancelled`, `skipped`, `timed_out`, …; undefined until it is completed. */
  readonly conclusion?: string;
  readonly createdAt?: string;
  /** When a runner took it; while it waits, GitHub gives the time of its creation. */
  readonly startedAt?: string;
  readonly completedAt?: string;
  /** What `runs-on` asks for. */
  readonly labels: readonly string[];
  /** Undefined until a runner took it. */
  readonly runner?: string;
  readonly url?: string;
}

/** A workflow run that is about some commit. */
export interface WorkflowRun {
  readonly id: string;
  readonly name: string;
  /** Path of the workflow file. */
  readonly path: string;
  readonly event: string;
  readonly status: string;
  readonly conclusion?: string;
  readonly headSha: string;
  readonly headBranch?: string;
  /** `owner/name`; undefined when the fork was deleted. */
  readonly headRepository?: string;
}

/** An artifact of any run, as the REST API lists it. */
export interface ListedArtifact {
  readonly id: number;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly expired: boolean;
}

export interface Release {
  readonly id: number;
  /** Markdown. */
  readonly notes: string;
}

/** What changed between two commits. */
export interface Comparison {
  /** Paths, old and new names of what was renamed. */
  readonly files: readonly string[];
  /** False: GitHub lists at most 300 files, and there are more. */
  readonly complete: boolean;
}

/**
 * What GitHub's REST API is asked and told, for the repository of the run. Every method retries what passes by itself and throws a Fault;
 * `isDenied` tells the one that means that the token may not.
 */
export interface GitHub {
  /** `owner/name` */
  readonly repository: string;
  /** Creates a finished check run, its annotations in as many calls as GitHub needs; returns its page. Needs `checks: write`. */
  publishCheck(check: Check): Promise<string>;
  /** All comments of a pull request or an issue, oldest first. Needs `pull-requests: read`. */
  listComments(issue: number): Promise<readonly IssueComment[]>;
  /** Not retried: whoever is not sure whether it came to be looks for it first. Needs `pull-requests: write`. */
  createComment(issue: number, body: string): Promise<IssueComment>;
  /** Needs `pull-requests: write`. */
  updateComment(id: number, body: string): Promise<IssueComment>;
  /** Login of the token's user; undefined for the token of an app, as a job's own is. */
  whoAmI(): Promise<string | undefined>;
  /** Needs `pull-requests: read`. */
  pullRequest(number: number): Promise<PullRequest>;
  /** Pull requests that contain a commit of this repository. Needs `pull-requests: read`. */
  pullRequestsOf(commit: string): Promise<readonly PullRequest[]>;
  /** Open pull requests whose head is this branch of this owner's repository. Needs `pull-requests: read`. */
  openPullRequests(owner: string, branch: string): Promise<readonly PullRequest[]>;
  /** Every job of the newest attempt of a run. Needs `actions: read`. */
  listJobs(run: string): Promise<readonly WorkflowJob[]>;
  /** Needs `actions: read`. */
  workflowRun(run: string): Promise<WorkflowRun>;
  /** Runs that are about a commit, newest first. Needs `actions: read`. */
  runsOf(commit: string): Promise<readonly WorkflowRun[]>;
  /** Artifacts of any run of this repository. Needs `actions: read`. */
  listArtifacts(run: string): Promise<readonly ListedArtifact[]>;
  /** The one file of an artifact, at most `limit` bytes unpacked. Needs `actions: read`. */
  readArtifact(artifact: ListedArtifact, limit: number): Promise<Uint8Array>;
  /** Files that differ between the merge base of two commits and the second. Needs `contents: read`. */
  compare(base: string, head: string): Promise<Comparison>;
  /** Hands a SARIF text to code scanning. Needs `security-events: write`. */
  uploadSarif(upload: { readonly commit: string; readonly ref: string; readonly sarif: string }): Promise<void>;
  /** The release of a tag, drafts left out; undefined where there is none. Needs `contents: read`. */
  findRelease(tag: string): Promise<Release | undefined>;
  /** Writes the notes of a release anew. Needs `contents: write`. */
  updateRelease(id: number, notes: string): Promise<void>;
  /** Bytes and entries of the repository's actions caches. Needs `actions: read`. */
  cacheUsage(): Promise<{ readonly bytes: number; readonly count: number }>;
}

const denials = new WeakSet<Error>();
const absences = new WeakSet<Error>();

/** Marks a Fault as one that says what the token may not do. */
export function noteDenial(fault: Fault): Fault {
  denials.add(fault);
  return fault;
}

/** Whether GitHub refused because of who asked: a fork's token, or a permission that the workflow did not grant. */
export function isDenied(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if (denials.has(at)) return true;
  return false;
}

/** Marks a Fault as one that says that something is not there, or may not be seen. */
export function noteAbsence(fault: Fault): Fault {
  absences.add(fault);
  return fault;
}

export function isAbsent(error: unknown): boolean {
  return error instanceof Error && absences.has(error);
}
