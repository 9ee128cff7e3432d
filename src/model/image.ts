import type { Digest } from './digest.ts';
import type { LoggedSecret } from './known-values.ts';

/** A pointer to content (OCI image spec, descriptor). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: Platform;
}

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** `linux/arm64/v8` as docker writes it. */
export function formatPlatform(platform: Platform): string {
  return [platform.os, platform.architecture, platform.variant]
    .filter((part) => part !== undefined && part !== '')
    .join('/');
}

/** The three digests of one built image; `index` is absent when a bare manifest was built. `pullable` is the one users pull by. */
export interface ImageDigests {
  readonly index?: Digest;
  readonly manifest: Digest;
  readonly config: Digest;
}

/** The digest users pull by: the index where there is one, else the manifest. */
export function pullableDigest(digests: ImageDigests): Digest {
  return digests.index ?? digests.manifest;
}

export interface ImageHealthcheck {
  /** `['CMD', …]`, `['CMD-SHELL', text]` or `['NONE']`. */
  readonly test: readonly string[];
  /** Milliseconds; engine defaults where the image says nothing (30 s, 30 s, 0, 5 s). */
  readonly interval: number;
  readonly timeout: number;
  readonly startPeriod: number;
  readonly startInterval: number;
  readonly retries: number;
}

/** The run-time part of an image's config blob, null fields read as empty. */
export interface ImageRuntimeConfig {
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  /** `8080/tcp` */
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly stopSignal: string;
  readonly healthcheck?: ImageHealthcheck;
  readonly shell: readonly string[];
  /** Instructions that run in images built upon this one. */
  readonly onBuild?: readonly string[];
}

export interface HistoryEntry {
  readonly instruction: string;
  readonly empty: boolean;
  readonly created?: string;
}

/** One layer as the manifest and the config blob describe it, before anything was read. */
export interface LayerDescriptor extends Descriptor {
  readonly diffId: Digest;
  /** The history line that made it, when history maps to layers. */
  readonly instruction?: string;
  /** It came with the base image (longest common diff-id prefix). */
  readonly base: boolean;
}

/** Everything the manifests and the config blob say about one platform of an image. */
export interface ImageDescription {
  readonly digests: ImageDigests;
  readonly platform: Platform;
  readonly config: ImageRuntimeConfig;
  readonly history: readonly HistoryEntry[];
  /** When the image says it was made, as written. */
  readonly created?: string;
  readonly layers: readonly LayerDescriptor[];
  /** Manifest bytes as stored, for size and publishing. */
  readonly manifest: Descriptor;
  readonly configDescriptor: Descriptor;
  /** Of the manifest. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Attestation manifests beside the image, either form. */
  readonly attestations: readonly Descriptor[];
  /** Where the base split comes from, or why there is none. */
  readonly baseSource: string;
  /** False or absent: nobody could say what the base image is, so all layers count as the image's own. */
  readonly baseKnown?: boolean;
}

export interface StoredManifest {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly digest: Digest;
}

/** An artifact manifest that names another manifest as its subject. */
export interface Referrer {
  readonly manifest: StoredManifest;
  readonly artifactType: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface BuildStep {
  readonly name: string;
  /** Milliseconds since the epoch; absent when it never started. */
  readonly startedAt?: number;
  /** Milliseconds; absent when it never finished. */
  readonly elapsed?: number;
  readonly cached: boolean;
  readonly error?: string;
}

/** What went wrong in a build, ready to show. */
export interface BuildFailure {
  readonly message: string;
  readonly command?: string;
  readonly exitCode?: number;
  readonly file?: string;
  readonly line?: number;
  /** Last lines of the failing step's own output. */
  readonly log: readonly string[];
}

export type ImageLocation = 'containerd-store' | 'loopback-registry' | 'oci-layout' | 'registry';

/** One image as built: what later stages read, run and publish. */
export interface BuiltImage {
  readonly name: string;
  readonly digests: ImageDigests;
  /** What the engine runs: an id or a reference by digest. */
  readonly runnable: string;
  /** Name that keeps the bytes in the engine while this run lasts. */
  readonly local: string;
  readonly location: ImageLocation;
  /** Milliseconds of the one solve all images share. */
  readonly buildElapsed: number;
  readonly steps: readonly BuildStep[];
  /** A step that mounts a secret and was a cache hit, by secret id. */
  readonly cachedSecretSteps: readonly string[];
  /** Known secret values that steps of it printed. */
  readonly loggedSecrets?: readonly LoggedSecret[];
}
