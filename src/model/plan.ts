import type { LastingTag, MovingTag } from './release-version.ts';
import type { ImageConfig } from './config.ts';
import type { StackConfig } from './stack-config.ts';
import type { Finding } from './verdict.ts';
import type {
  BuildCheckFinding,
  ComposeFacts,
  ContextFacts,
  DockerfileFacts,
  Fact,
  FeasibilityFacts,
  IndexFacts,
  RequirementFile,
} from './facts.ts';

export type EventName =
  'command-line' | 'push' | 'pull_request' | 'schedule' | 'workflow_dispatch' | 'merge_group' | 'other';

/** What set this run off and which commit it is about. */
export interface SourceEvent {
  readonly name: EventName;
  /** Full commit id; absent outside a git repository. */
  readonly commit?: string;
  readonly branch?: string;
  /** `v1.2.3` when the run is about a tag. */
  readonly tag?: string;
  readonly defaultBranch?: string;
  /** The work tree differs from the commit. */
  readonly dirty: boolean;
  /** A pull request whose head is another repository, or a Dependabot run: no identity. */
  readonly fork: boolean;
  /** What the event's commit is compared with: the tip of the branch a pull request goes to, or what a push found. */
  readonly base?: string;
  /** Last commit of a pull request's own branch, which the merge that is tested has as its second parent. */
  readonly head?: string;
  /** The pull request that this run is about, in a merge group too. */
  readonly pullRequest?: PullRequestEvent;
  /** Commits that the push itself says come before this one. */
  readonly ancestors?: readonly string[];
  /** Commit time, seconds since the epoch. */
  readonly commitTime?: number;
  /** What could not be found out and why, e.g. that the folder is no git repository. */
  readonly note?: string;
}

export interface PullRequestEvent {
  readonly number: number;
  /** When the event happened; undefined where it does not say. */
  readonly labels?: readonly string[];
}

export interface PublishDecision {
  readonly publish: boolean;
  readonly reason: string;
}

export interface CacheReference {
  readonly type: 'registry' | 'gha' | 'local';
  /** Reference, scope in the cache of GitHub Actions, or folder. */
  readonly location: string;
  readonly mode?: 'min' | 'max';
}

export interface PlannedImage {
  readonly name: string;
  readonly config: ImageConfig;
  /** Why it is built. */
  readonly reason: string;
  /** Tags without the repository, e.g. `sha-0123456789ab`. */
  readonly tags: readonly string[];
  readonly moving: readonly MovingTag[];
  readonly lasting: readonly LastingTag[];
  /** Why there are no or fewer tags than the templates ask for. */
  readonly tagNotes: readonly string[];
  readonly cacheFrom: readonly CacheReference[];
  readonly cacheTo: readonly CacheReference[];
  readonly policyHash: string;
  readonly dockerfile: Fact<DockerfileFacts>;
  readonly buildCheck: Fact<readonly BuildCheckFinding[]>;
  readonly context: Fact<ContextFacts>;
  readonly feasibility: Fact<FeasibilityFacts>;
  readonly requirements: Fact<readonly RequirementFile[]>;
  readonly packageIndex: Fact<IndexFacts>;
}

/** The stack as its compose files describe it; nothing of it is started here. */
export interface PlannedStack {
  readonly config: StackConfig;
  readonly compose: Fact<ComposeFacts>;
  /** Names of the planned images that the stack starts; all of them where that could not be found out. */
  readonly images: readonly string[];
  /** The merged and interpolated model as compose prints it: it may hold secrets, and is never written anywhere. Absent where compose refused the files. */
  readonly merged?: string;
  /** What keeps it from being started. */
  readonly problems: readonly Finding[];
}

export interface Plan {
  readonly event: SourceEvent;
  readonly images: readonly PlannedImage[];
  readonly stack?: PlannedStack;
  readonly publish: PublishDecision;
  /** Which build cache was chosen and why; absent where nothing was to be chosen. */
  readonly cacheNote?: string;
}
