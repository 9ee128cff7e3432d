import type { FileFacts } from './file-facts.ts';
import type { ComposeFacts } from './compose-facts.ts';
import type { CacheFacts, ContextFacts } from './context-facts.ts';
import type { IndexFacts, RequirementFile } from './requirement-facts.ts';
import type { CudaFacts, TorchFacts } from './cuda-facts.ts';
import type { ImageDescription } from './image.ts';
import type { Place } from './place.ts';
import type { DependencyFacts, ImportFacts, PythonFacts } from './python-facts.ts';
import type {
  ControlFacts,
  HardenedFacts,
  JobFacts,
  LoadFacts,
  MemoryObservation,
  ProcessFacts,
  RunLogs,
  ServiceFacts,
  SingleRun,
  TrialRun,
} from './run-facts.ts';
import type { StackFacts, StackStartFacts } from './stack-facts.ts';
import type { BaselineFacts, SizeFacts, WasteFacts, WeightFacts } from './size-facts.ts';
import type { KnownValueFacts } from './known-values.ts';
import type { AttestationFacts, SecretFacts } from './secrets.ts';

export type * from './file-facts.ts';
export type * from './compose-facts.ts';
export type * from './context-facts.ts';
export type * from './requirement-facts.ts';
export type * from './run-facts.ts';
export type * from './size-facts.ts';
export type * from './stack-facts.ts';

/** A fact that was found, could not be found (which blocks), or does not apply (which does not). */
export type Fact<T> =
  | { readonly state: 'known'; readonly value: T }
  | { readonly state: 'undecided'; readonly reason: string; readonly environment: boolean }
  | { readonly state: 'skipped'; readonly reason: string };

export function known<T>(value: T): Fact<T> {
  return { state: 'known', value };
}
/** `environment`: the cause is the registry, daemon, disk or host, so a retry is safe (exit 75 when it is the only cause). */
export function undecided(reason: string, environment = false): Fact<never> {
  return { state: 'undecided', reason, environment };
}
export function skipped(reason: string): Fact<never> {
  return { state: 'skipped', reason };
}

/** What a fact that is known says; undefined for one that is not. */
export function mapFact<T, R>(fact: Fact<T> | undefined, map: (value: T) => R): R | undefined {
  return fact?.state === 'known' ? map(fact.value) : undefined;
}

/** A piece of a Dockerfile with the line it stands on (1-based). */
export interface DockerfileLine {
  readonly line: number;
  readonly text: string;
}
/** The body of `<<NAME`, its lines in order without the terminator. */
export interface DockerfileHeredoc {
  readonly name: string;
  readonly lines: readonly DockerfileLine[];
}
/** One Dockerfile instruction with its lines (1-based, inclusive). */
export interface DockerfileInstruction {
  /** Upper case. */
  readonly keyword: string;
  /** Arguments as written, continuation lines joined, comments removed. */
  readonly text: string;
  /** Index of the stage it belongs to; -1 before the first FROM. */
  readonly stage: number;
  readonly line: number;
  readonly endLine: number;
  /** The pieces that `text` is joined from: no keyword, no continuation characters, no comments. */
  readonly lines: readonly DockerfileLine[];
  readonly heredocs: readonly DockerfileHeredoc[];
}
export interface DockerfileStage {
  readonly name?: string;
  /** Base as written. */
  readonly base: string;
  /** Base with ARG defaults and the image's args filled in; undefined when it names another stage or cannot be known. */
  readonly reference?: string;
  readonly platform?: string;
  readonly line: number;
  /** The build of the image's target needs this stage. */
  readonly reachable: boolean;
}
/** A source of COPY or ADD that the build will not find. */
export interface MissingSource {
  readonly source: string;
  readonly line: number;
  /** The .dockerignore line that removes it; absent: it does not exist at all. */
  readonly ignoredBy?: { readonly pattern: string; readonly place: Place };
}
/** A finding of `buildx build --call=check`. */
export interface BuildCheckFinding {
  readonly check: string;
  readonly message: string;
  readonly line?: number;
  readonly url?: string;
}
export interface DockerfileFacts {
  readonly file: string;
  readonly stages: readonly DockerfileStage[];
  readonly instructions: readonly DockerfileInstruction[];
  readonly missingSources: readonly MissingSource[];
}
export interface FeasibilityFacts {
  /** Compressed bytes of each base that could be asked for: a lower bound of what is downloaded. */
  readonly bases: readonly {
    readonly reference: string;
    readonly bytes?: number;
    readonly reason?: string;
    readonly line: number;
    /** The image itself starts from it; the others only lend files to it. */
    readonly final: boolean;
  }[];
  /** What the built stages install whose least size is known, in bytes to download. */
  readonly wheels: readonly { readonly what: string; readonly bytes: number; readonly line: number }[];
  /** Bytes free where the engine keeps its data; absent when nobody could say. */
  readonly freeBytes?: number;
  /** Platforms that need emulation on this engine. */
  readonly emulated: readonly string[];
}

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}
/** What stands where an account's password would; hashes themselves are never held. */
export interface PasswordState {
  readonly name: string;
  readonly state: 'empty' | 'locked' | 'hash';
  readonly file: '/etc/passwd' | '/etc/shadow';
}
/** /etc/passwd and /etc/group of the merged view; undefined when the file is absent. */
export interface AccountFacts {
  readonly passwd?: readonly Account[];
  readonly group?: readonly { readonly name: string; readonly gid: number; readonly members: readonly string[] }[];
  /** One entry an account, absent when nobody looked. */
  readonly passwords?: readonly PasswordState[];
}

/** Every fact a rule can ask for by name; a rule sees only those it declares. */
export interface Facts {
  readonly dockerfile: DockerfileFacts;
  readonly 'build-check': readonly BuildCheckFinding[];
  readonly context: ContextFacts;
  readonly feasibility: FeasibilityFacts;
  readonly cache: CacheFacts;
  /** Requirements files that the build installs. */
  readonly requirements: readonly RequirementFile[];
  /** Gathered only where its rule is asked for: names leave this machine. */
  readonly 'package-index': IndexFacts;
  /** Of the stack, the same for all images. */
  readonly compose: ComposeFacts;
  /** Whether the stack could be started at all. */
  readonly 'stack-start': StackStartFacts;
  /** One run of the stack with the images of this run. */
  readonly stack: StackFacts;
  readonly image: ImageDescription;
  readonly sizes: SizeFacts;
  readonly waste: WasteFacts;
  readonly baseline: BaselineFacts;
  readonly weight: WeightFacts;
  readonly accounts: AccountFacts;
  readonly secrets: SecretFacts;
  readonly attestations: AttestationFacts;
  readonly 'known-values': KnownValueFacts;
  readonly files: FileFacts;
  readonly processes: ProcessFacts;
  /** Over all runs of the image, of either kind. */
  readonly memory: MemoryObservation;
  readonly service: ServiceFacts;
  readonly jobs: JobFacts;
  readonly logs: RunLogs;
  readonly hardened: HardenedFacts;
  readonly control: ControlFacts;
  /** The service under a uid nobody gave it, as OpenShift starts it. */
  readonly 'arbitrary-uid': TrialRun;
  readonly load: LoadFacts;
  readonly python: PythonFacts;
  readonly dependencies: DependencyFacts;
  readonly imports: ImportFacts;
  readonly cuda: CudaFacts;
  readonly torch: TorchFacts;
  /** The job image started with other arguments than its own. */
  readonly 'arguments-run': SingleRun;
  /** The job image started as it is, where no GPU is. */
  readonly 'no-gpu-run': SingleRun;
}
export type FactName = keyof Facts;
export type FactTable = { readonly [Name in FactName]?: Fact<Facts[Name]> };
