export interface EngineInfo {
  readonly version: string;
  readonly apiVersion: string;
  readonly store: 'containerd' | 'graph-driver';
  readonly driver: string;
  readonly rootDirectory: string;
  readonly platform: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly cgroupVersion: string;
  /** Where the socket is, for messages and for child processes (`DOCKER_HOST`). */
  readonly endpoint: string;
  /** CDI devices the engine found (`nvidia.com/gpu=all`); absent where it does not look for any. */
  readonly devices?: readonly string[];
  readonly runtimes?: readonly string[];
  /** What the engine complains about, CDI conflicts among it. */
  readonly warnings?: readonly string[];
}

/** How a container gets at devices; exactly one way. */
export type DeviceRequest =
  | { readonly kind: 'cdi'; readonly device: string }
  /** `docker run --gpus`; no ids: all of them. */
  | { readonly kind: 'gpus'; readonly ids: readonly string[] }
  | { readonly kind: 'runtime'; readonly runtime: string };

export interface ContainerSpec {
  readonly name?: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly network?: string;
  /** Host names for the container inside its network. */
  readonly aliases?: readonly string[];
  readonly memory?: number;
  readonly tmpfs?: readonly string[];
  readonly user?: string;
  readonly readOnly?: boolean;
  readonly capDropAll?: boolean;
  readonly noNewPrivileges?: boolean;
  readonly init?: boolean;
  readonly pidsLimit?: number;
  /** Weight against other containers where processors are short; the engine's own default is 1024. */
  readonly cpuShares?: number;
  readonly devices?: DeviceRequest;
  /** Bytes of /dev/shm. */
  readonly shmSize?: number;
  /** Absolute host paths, read-only in the container. */
  readonly mounts?: readonly { readonly source: string; readonly target: string }[];
}
export interface ContainerState {
  readonly id: string;
  readonly status: string;
  readonly running: boolean;
  readonly pid: number;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  readonly error: string;
  /** Milliseconds since the epoch; undefined when it never started. */
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly restarts: number;
  readonly health?: {
    readonly status: 'starting' | 'healthy' | 'unhealthy' | 'none';
    readonly failingStreak: number;
    readonly log: readonly {
      readonly start: number;
      readonly end: number;
      readonly exitCode: number;
      readonly output: string;
    }[];
  };
  /** Network name → address. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Id of the image it was made from. */
  readonly image?: string;
  /** As the engine enforces them: bytes, and processors. */
  readonly limits?: { readonly memory?: number; readonly cpus?: number };
  /** Where the host leads to it, `address:port`. */
  readonly published?: readonly string[];
  /** Host names it has in its networks. */
  readonly names?: readonly string[];
}
export interface EngineEvent {
  readonly type: string;
  readonly action: string;
  readonly id: string;
  readonly timeNano: bigint;
  readonly attributes: Readonly<Record<string, string>>;
}
export interface ExecResult {
  readonly exitCode: number;
  /** Both streams in the order they were written. */
  readonly output: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly timedOut: boolean;
}
/** The engine through its local socket: one HTTP request a question instead of one process. */
export interface Engine {
  info(): Promise<EngineInfo>;
  /** Undefined when there is no such image. */
  inspectImage(
    reference: string,
  ): Promise<
    { readonly id: string; readonly repoDigests: readonly string[]; readonly layers: readonly string[] } | undefined
  >;
  /** Pulls by reference as an anonymous user through the engine's own mirrors; `signal` gives up. Throws a Fault with the engine's words. */
  pullImage(reference: string, signal?: AbortSignal): Promise<void>;
  /** Gives an image one more name; a name that points elsewhere moves. */
  tagImage(id: string, name: string): Promise<void>;
  /** Takes one name off an image; its bytes go when that was the last one. Nothing happens when there is no such name, or while a container uses it. */
  untagImage(name: string): Promise<void>;
  /** Takes away the names that a run which could not do it itself left on images. */
  untagRun(runId: string): Promise<void>;
  createContainer(spec: ContainerSpec): Promise<string>;
  /** Throws a Fault holding the engine's own text when the process never came to exist. */
  startContainer(id: string): Promise<void>;
  inspectContainer(id: string): Promise<ContainerState>;
  /** Sends the stop signal and kills after the grace, seconds. */
  stopContainer(id: string, graceSeconds: number): Promise<void>;
  killContainer(id: string): Promise<void>;
  removeContainer(id: string): Promise<void>;
  /** Resolves with the exit code when the container ends. */
  waitContainer(id: string, signal?: AbortSignal): Promise<number>;
  /** `both` keeps the order in which lines of the two streams were written; `until`: milliseconds since the epoch. */
  logs(
    id: string,
    tailLines?: number,
    until?: number,
  ): Promise<{ readonly stdout: string; readonly stderr: string; readonly both: string }>;
  /** Paths that differ from the image, deleted ones left out. */
  changes(id: string): Promise<readonly string[]>;
  exec(id: string, argv: readonly string[], options?: { readonly deadline?: number }): Promise<ExecResult>;
  /** One long-lived stream for everything that carries the label. */
  events(label: string, signal: AbortSignal): AsyncIterable<EngineEvent>;
  createNetwork(name: string, labels: Readonly<Record<string, string>>): Promise<string>;
  /** Containers that carry `label=value`, running or not. */
  listContainers(
    label: string,
  ): Promise<readonly { readonly id: string; readonly labels: Readonly<Record<string, string>> }[]>;
  /** Bytes that a running container holds now without what the kernel would give back; undefined when the engine does not know. */
  memoryUsage(id: string): Promise<number | undefined>;
  /** Containers, networks and volumes that carry `label=value`, removed; never anything else. */
  removeLabelled(label: string): Promise<void>;
  /** The same for everything whose owner is a process of this machine that is gone: what a killed run left. */
  removeAbandoned(): Promise<void>;
  /** Value of the owner label of what this process makes. */
  readonly owner: string;
  /** Numeric uids from `docker top`, for hosts whose /proc is not ours. */
  top(
    id: string,
  ): Promise<
    readonly { readonly pid: number; readonly parent: number; readonly uid: number; readonly command: string }[]
  >;
}

/** Every container, network and volume we start carries this label with the run id. */
export const RUN_LABEL = 'slipway.run';
/** What would outlive a killed run carries the process that made it as well. */
export const OWNER_LABEL = 'slipway.owner';
