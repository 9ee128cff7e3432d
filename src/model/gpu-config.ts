import type { Place } from './place.ts';

export type GpuProbe = 'torch' | 'cuda';
export type GpuExecution = 'docker' | 'in-image';
/** How the devices get into the container; `auto` finds out what the engine can do. */
export type GpuMode = 'auto' | 'cdi' | 'gpus' | 'runtime';

/** A GPU the image is meant to run on. */
export interface FleetGpu {
  readonly name: string;
  /** Compute capability, `8.9`. */
  readonly sm: string;
  /** Driver version, `550` or `550.54.15`. */
  readonly driver: string;
}

/** A folder or file of the repository, read-only in the container. */
export interface GpuMount {
  /** Relative to the folder of slipway.yml. */
  readonly source: string;
  readonly target: string;
}

/** How much of the GPU a command has to use, and may. */
export interface GpuUse {
  /** Percent that at least `samples` samples must reach. */
  readonly utilization: number;
  readonly samples: number;
  /** Bytes the used memory must rise by. */
  readonly memory: number;
  /** Bytes it may rise by. */
  readonly memoryMax?: number;
}

/** What the same command must do where there is no GPU: fail, or take so many times as long. */
export type WithoutGpu = 'fails' | 'skip' | { readonly slower: number };

export interface GpuExpectation {
  readonly exit: number;
  readonly stdout?: RegExp;
  /** A JSON value that must be a subset of what the command prints. */
  readonly json?: unknown;
}

export interface GpuPhase {
  readonly name: string;
  readonly work:
    | { readonly kind: 'probe'; readonly probe: GpuProbe }
    | { readonly kind: 'command'; readonly command: readonly string[] };
  readonly mounts: readonly GpuMount[];
  /** Milliseconds. */
  readonly within: number;
  readonly expect: GpuExpectation;
  /** Absent: use is reported, not demanded. */
  readonly use?: GpuUse;
  readonly withoutGpu: WithoutGpu;
  readonly place: Place;
}

/** `gpu:` of an image. */
export interface GpuConfig {
  /** Publishing is blocked without a passing verdict. */
  readonly required: boolean;
  /** Labels of the runner; a single text names a scale set. */
  readonly runsOn: string | readonly string[];
  readonly retryRunsOn: string | readonly string[];
  readonly mode: GpuMode;
  readonly exec: GpuExecution;
  /** Qualified CDI name, `vendor/class=name`. */
  readonly device: string;
  readonly count: number;
  readonly fleet: readonly FleetGpu[];
  /** Image that tells whether it is the host that is broken. */
  readonly canary: string;
  /** Bytes. */
  readonly shmSize: number;
  readonly network: 'none' | 'bridge';
  /** Milliseconds, like the two that follow. */
  readonly queueWithin: number;
  readonly pullWithin: number;
  readonly stageWithin: number;
  /** Empty: one phase that probes the driver. */
  readonly phases: readonly GpuPhase[];
  /** Colour of the check where the machine was at fault; publishing needs a passing verdict in any case. */
  readonly onInfra: 'block' | 'neutral';
  readonly onSkip: 'warn' | 'fail';
  /** When pull requests of the repository itself are tried; paths are relative to the folder of slipway.yml. */
  readonly pullRequests: 'always' | 'label' | readonly string[];
}
