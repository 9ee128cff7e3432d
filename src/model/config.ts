import type { EnvValue, HttpCheck, JobRunCheck, ValueSource } from './check-config.ts';
import type { Complaint } from './fault.ts';
import type { GpuConfig } from './gpu-config.ts';
import type { WorkloadIdentity } from './identity.ts';
import type { Place } from './place.ts';
import type { StackConfig } from './stack-config.ts';

export type ImageKind = 'service' | 'job';
export type ProfileName = 'cloud-run' | 'gcp-batch' | 'kubernetes' | 'openshift';
export type CacheMode = 'auto' | 'registry' | 'gha' | 'local' | 'none';
export type ProvenanceMode = 'min' | 'max' | 'off';
export type Compression = 'gzip' | 'zstd';
export type SignMode = 'auto' | 'required' | 'off';

export interface BuildSecret {
  readonly id: string;
  readonly source: ValueSource;
  /** Build the stage that mounts it without cache. */
  readonly rebuild: boolean;
}

/** `with: docker-compose.yml#postgres`: services that are up while the image is checked. */
export interface ComposeReference {
  /** Relative to the folder of slipway.yml. */
  readonly file: string;
  readonly service: string;
}

/** Bytes; absent means no budget. */
export interface SizeBudget {
  readonly unpacked?: number;
  readonly download?: number;
  readonly layer?: number;
  readonly wasted?: number;
  readonly growth?: SizeGrowth;
  /** A count, not bytes. */
  readonly layers?: number;
  /** What the image's own layers add, unpacked. */
  readonly growthVsBase?: number;
}
/** Growth against what the base branch published; only growth past both bounds fails. */
export interface SizeGrowth {
  readonly percent: number;
  /** Bytes. */
  readonly atLeast: number;
}

/** `user:` as declared: any non-root user, exactly this uid, or root on purpose. */
export type UserExpectation = 'non-root' | 'root' | number;

/** What the hardened run has to stand; false: declared as not needed. */
export interface HardenedExpectation {
  readonly readOnly: boolean;
  readonly capDrop: boolean;
  readonly noNewPrivileges: boolean;
}

/** One image with defaults filled in and paths relative to the folder of slipway.yml. */
export interface ImageConfig {
  readonly name: string;
  readonly dockerfile: string;
  readonly context: string;
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
  readonly secrets: readonly BuildSecret[];
  readonly ssh: readonly string[];
  /** Empty: the engine's own platform. */
  readonly platforms: readonly string[];
  readonly kind: ImageKind;
  /** Whose rules and defaults the image is held to. */
  readonly profile?: ProfileName;
  readonly port?: number;
  readonly ports: readonly number[];
  readonly env: Readonly<Record<string, EnvValue>>;
  readonly with: readonly ComposeReference[];
  readonly command?: readonly string[];
  readonly tmpfs: readonly string[];
  readonly size: SizeBudget;
  readonly user?: UserExpectation;
  /** Milliseconds. */
  readonly healthyWithin: number;
  readonly startedWithin?: number;
  readonly stopsWithin: number;
  readonly http: readonly HttpCheck[];
  /** Bytes. */
  readonly memory?: number;
  readonly hardened: HardenedExpectation;
  readonly run: readonly JobRunCheck[];
  /** Absent: nothing is tried on a GPU. */
  readonly gpu?: GpuConfig;
  readonly provenance: ProvenanceMode;
  /** Bill of materials to attach, relative to the folder of slipway.yml. */
  readonly sbom?: string;
  /** Reference of the image that BuildKit lists the contents with. */
  readonly sbomGenerator?: string;
  readonly compression: Compression;
  readonly buildWithin?: number;
  /** Build job of the reusable workflow; absent: the one for all. */
  readonly shard?: string;
  /** Labels of that job's runner; absent: the workflow's own. */
  readonly runsOn?: readonly string[];
  /** The keys the user wrote for this image, dotted (`size`, `size.unpacked`, `healthy-within`; `size: 500MB` writes both first ones): a written key makes its rules errors. */
  readonly written: ReadonlySet<string>;
  /** Where each written key stands. */
  readonly places: Readonly<Record<string, Place>>;
}

export type RuleLevel = 'error' | 'warning' | 'off';

/** One entry of `rules:`. */
export interface RuleEntry {
  /** Absent: the catalogue's own level. */
  readonly level?: RuleLevel;
  /** Parsed by the rule's own schema. */
  readonly settings: unknown;
  readonly place: Place;
}

export interface Waiver {
  readonly rule: string;
  /** Absent: every image. */
  readonly image?: string;
  /** Only findings whose message or place contains this text. */
  readonly match?: string;
  readonly reason: string;
  /** `YYYY-MM-DD`; valid through the end of that day, UTC. */
  readonly expires: string;
  readonly owner?: string;
  readonly place: Place;
}

export interface TagTemplates {
  readonly pullRequest: readonly string[];
  readonly branch: readonly string[];
  readonly release: readonly string[];
}

/** `google:`, publishing without a stored key. */
export interface GoogleConfig {
  readonly identity: WorkloadIdentity;
  /** Milliseconds to ask again while Google may not yet know of a grant; absent: not at all. */
  readonly waitForIam?: number;
  /** The provider as gcloud describes it, relative to the folder of slipway.yml. */
  readonly providerFile?: string;
}

export interface Config {
  /** Path as given, or undefined when images were found without a file. */
  readonly file?: string;
  /** Folder all paths are relative to, absolute. */
  readonly directory: string;
  readonly registry?: string;
  /** Where candidates wait for their verdict. */
  readonly staging?: string;
  readonly google?: GoogleConfig;
  readonly sign: SignMode;
  readonly cache: CacheMode;
  /** Milliseconds for the whole build. */
  readonly buildWithin?: number;
  readonly images: readonly ImageConfig[];
  readonly stack?: StackConfig;
  readonly rules: Readonly<Record<string, RuleEntry>>;
  readonly waivers: readonly Waiver[];
  readonly tags: TagTemplates;
  /** Report, never block. */
  readonly informational: boolean;
  /** What looks wrong in the file and is used all the same. */
  readonly warnings: readonly Complaint[];
}
