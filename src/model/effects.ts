import type { ActionsCache, CarriedFacts } from './actions-cache.ts';
import type { Digest } from './digest.ts';
import type { Engine } from './engine.ts';
import type { GitHub } from './github.ts';
import type { Identity, LentCredentials } from './identity.ts';
import type { Http } from './http.ts';
import type { Descriptor, ImageDescription, Referrer, StoredManifest } from './image.ts';
import type { BlobArrival } from './published.ts';
import type { Signatures } from './signatures.ts';
import type { RunArtifacts } from './run-artifacts.ts';
import type { Target } from './target.ts';

/** Time, injected so that deadlines and expiry are testable. */
export interface Clock {
  now(): Date;
  /** Milliseconds of a clock that never goes back. */
  monotonic(): number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export interface ProcessOptions {
  readonly cwd?: string;
  /** Added to the inherited environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Milliseconds until the whole process group is ended. */
  readonly deadline?: number;
  readonly signal?: AbortSignal;
  /** Called for every chunk as it arrives. */
  readonly onStdout?: (chunk: Uint8Array) => void;
  readonly onStderr?: (chunk: Uint8Array) => void;
}
export interface ProcessResult {
  /** 128 + the signal's number for a killed program. */
  readonly exitCode: number;
  /** The last 64 MiB, or the last 256 KiB of what was streamed. */
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}
/** Programs called with an argv array, never through a shell. */
export interface Processes {
  /** Runs to the end and reports the exit code; throws a Fault only when the program cannot be started. */
  run(program: string, argv: readonly string[], options?: ProcessOptions): Promise<ProcessResult>;
}

export type ToolName = 'docker' | 'buildx' | 'compose';
export interface Tool {
  /** Absolute path of the program; plugins are called directly, not through `docker`. */
  readonly path: string;
  readonly version: string;
}
/** The programs this one calls. */
export interface Tools {
  /** Looked for once; throws a Fault that says what to install or upgrade. */
  find(name: ToolName): Promise<Tool>;
}

export interface FileStat {
  readonly size: number;
  readonly directory: boolean;
}
export interface WalkedFile {
  /** Relative to the walked folder, `/` separated. */
  readonly path: string;
  readonly size: number;
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
}
export interface Files {
  readText(path: string): Promise<string>;
  readBytes(path: string): Promise<Uint8Array>;
  /** Opens a file for streaming, optionally a part of it. */
  open(path: string, part?: { readonly offset: number; readonly length: number }): Promise<AsyncIterable<Uint8Array>>;
  /** Undefined when there is nothing at the path. */
  stat(path: string): Promise<FileStat | undefined>;
  list(path: string): Promise<readonly string[]>;
  /** Every entry below the folder, parents first; `descend` false prunes a folder. Symlinks are not followed. */
  walk(path: string, descend?: (path: string) => boolean): AsyncIterable<WalkedFile>;
  /** Writes beside the target and renames, so that a reader sees the old or the new file, never half of one. */
  writeAtomic(path: string, content: Uint8Array | string): Promise<void>;
  makeDirectory(path: string): Promise<void>;
  /** A private (0700) temporary folder that carries our prefix. */
  makeTemporary(prefix: string): Promise<string>;
  remove(path: string): Promise<void>;
  /** Removes temporary folders that killed runs left: those of the run `left`, and those whose process is gone. Never throws. */
  removeLeftovers(left?: string): Promise<void>;
  realPath(path: string): Promise<string>;
  /** Bytes free for this user on the file system that holds the path. */
  freeBytes(path: string): Promise<number>;
}

/** Results kept between runs by content address; a miss is never an error. */
export interface FactCache {
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, value: Uint8Array): Promise<void>;
}
/** Read side of wherever an image lives. Throws Fault (environment) when the store does not answer, `DamagedContent` is up to the reader. */
export interface ImageSource {
  /** For messages: `containerd content store`, `OCI layout out/oci`, `registry 127.0.0.1:5001`. */
  readonly description: string;
  /** Undefined when the store does not hold it. */
  manifest(reference: string): Promise<StoredManifest | undefined>;
  /** Raw bytes as stored, unverified; undefined when absent. */
  blob(descriptor: Descriptor): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Artifacts that are attached to a digest, all or those of a type; absent where nothing is attached. */
  referrers?(subject: Digest, artifactType?: string): Promise<readonly Descriptor[]>;
}

/** Write side: a registry repository or an OCI layout. */
export interface ImageSink {
  readonly description: string;
  /** `registry/path@` or `oci:dir@`-style prefix for references shown to people. */
  readonly repository: string;
  /** Digest and media type the tag or digest points to now; undefined when absent. */
  head(reference: string): Promise<{ readonly digest: Digest; readonly mediaType: string } | undefined>;
  /** The bytes behind a tag or digest; undefined when absent. */
  manifest(reference: string): Promise<StoredManifest | undefined>;
  /** Every tag of the image. */
  listTags(): Promise<readonly string[]>;
  hasBlob(descriptor: Descriptor): Promise<boolean>;
  /** `open` is called again for a retry, and not at all where the blob needs not travel. */
  putBlob(descriptor: Descriptor, open: () => Promise<AsyncIterable<Uint8Array>>): Promise<BlobArrival>;
  /** Artifacts that are attached to a digest, all or those of a type. */
  referrers(subject: Digest, artifactType?: string): Promise<readonly Descriptor[]>;
  /** Stores an artifact manifest so that its subject leads to it. */
  putReferrer(subject: Digest, referrer: Referrer): Promise<void>;
  /** By digest or tag; returns the digest the store computed. */
  putManifest(reference: string, manifest: StoredManifest): Promise<Digest>;
  /** Transient failures that were retried so far, in words; absent where nothing is retried. */
  readonly retries?: readonly string[];
}

/** The stored bytes of one image, wherever they are kept. */
export interface OpenedImage {
  readonly source: ImageSource;
  /** Root digest: the index where there is one, else the manifest. */
  readonly digest: Digest;
  /** Which way the bytes come out and why, for the record. */
  readonly how: string;
  /** Why uncompressed layers are not those that a registry would hold. */
  readonly repacked?: string;
}
/** One image of an OCI layout or archive with every name it has there. */
export interface LayoutImage extends OpenedImage {
  readonly names: readonly string[];
}
/** Bytes out of the engine without `docker save` (build.md, "Bytes out of the engine"). */
export interface EngineImages {
  /** The containerd content directory where it is readable, else one push into a registry this process serves on loopback; an id that was found before is not asked for again. */
  open(reference: string): Promise<OpenedImage>;
  /** The same with the engine's own id of the image; undefined when it has none. */
  find(reference: string): Promise<(OpenedImage & { readonly id: string }) | undefined>;
  /**
   * Gives the engine an image that lies elsewhere, pulled by its manifest's digest out of this process, and says what to run.
   * It goes again at `close`. Throws a Fault with the engine's words when it refuses the content.
   */
  take(source: ImageSource, image: ImageDescription): Promise<string>;
  /** Stops whatever was served, and takes away what was given. */
  close(): Promise<void>;
}

/** Compressed bytes of an image that is not here yet, or why they are not known. */
export type BaseSize = { readonly bytes: number } | { readonly reason: string };

/** Places images can be published to and asked about. */
export interface ImageStores {
  /** The sink for one image: `<location>/<image>` in a registry, the one folder of a layout. Blobs in our own `staging` of the same registry are taken over. */
  openSink(target: Target, image: string, staging?: string): Promise<ImageSink>;
  /**
   * An image in a registry with the user's Docker credentials. Throws a Fault when there is none under the reference.
   * `impatient`: asked once and given up within a few seconds, for what a run can do without.
   */
  openImage(reference: string, patience?: 'impatient'): Promise<OpenedImage>;
  /** The same, undefined when there is none under the reference. */
  findImage(reference: string, patience?: 'impatient'): Promise<OpenedImage | undefined>;
  /** The images that an OCI layout names, each once; throws a Fault for a folder that is no layout. */
  listLayout(directory: string): Promise<readonly LayoutImage[]>;
  /** Σ compressed layers of the platform's manifest; never throws, gives up within a few seconds. */
  baseSize(reference: string, platform: string): Promise<BaseSize>;
}

export interface Output {
  /** Results for people and machines. */
  stdout(text: string): void;
  /** Progress and logs. */
  stderr(text: string): void;
  /** Why there is no result; shown however quiet the run has to be. */
  problem(text: string): void;
  readonly interactive: boolean;
  readonly color: boolean;
  readonly columns: number;
}

/** Raw /proc texts of one process, and the process ids of a container's cgroup. */
export interface HostProcesses {
  /** Undefined where the host's /proc is not the engine's (remote engines, other systems). */
  pidsOf(containerId: string, initPid: number): Promise<readonly number[] | undefined>;
  /** The same while PID 1 is not known yet: only where engines put a container by default. */
  findPids(containerId: string): Promise<readonly number[] | undefined>;
  status(pid: number): Promise<string | undefined>;
  /** `/proc/<pid>/uid_map`: a remapped engine shows other ids on the host than inside. */
  uidMap(pid: number): Promise<string | undefined>;
  commandLine(pid: number): Promise<string | undefined>;
  /** Pids of its direct children, dead ones included; undefined where the kernel does not tell. */
  children(pid: number): Promise<readonly number[] | undefined>;
  /** `/proc/<pid>/net/tcp` and `tcp6`. */
  sockets(pid: number): Promise<{ readonly tcp: string; readonly tcp6: string } | undefined>;
  /** Peak bytes of the container's memory cgroup, and how many of its processes the kernel killed for memory. */
  memory(
    containerId: string,
    initPid: number,
  ): Promise<{ readonly peak?: number; readonly kills?: number } | undefined>;
}

/** Everything that touches the world. Made once by main or cli; tests pass scripted ones. */
export interface Effects {
  readonly clock: Clock;
  readonly processes: Processes;
  readonly tools: Tools;
  readonly files: Files;
  readonly cache: FactCache;
  /** Absent together with `actionsCache`. */
  readonly carriedFacts?: CarriedFacts;
  /** Absent where the runner offers no cache that we can speak with. */
  readonly actionsCache?: ActionsCache;
  readonly stores: ImageStores;
  readonly output: Output;
  readonly http: Http;
  readonly identity: Identity;
  readonly signatures: Signatures;
  readonly host: HostProcesses;
  readonly engine: Engine;
  readonly engineImages: EngineImages;
  /** Absent without a token. */
  readonly github?: GitHub;
  /** Absent where the runner offers none: outside of GitHub, and in steps that are not an action. */
  readonly artifacts?: RunArtifacts;
  /** For the time of a build; undefined where docker's own logins are used. Absent: nothing is lent. */
  readonly lendCredentials?: () => Promise<LentCredentials | undefined>;
  /** Environment variables of the run. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal;
  /** Random id of this process: the value of the `slipway.run` label. */
  readonly runId: string;
}
