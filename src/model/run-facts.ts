/** One process of the container as /proc showed it, worst values over all samples. */
export interface ObservedProcess {
  readonly pid: number;
  readonly command: string;
  /** real, effective, saved, file-system uid seen. */
  readonly uids: readonly [number, number, number, number];
  readonly gids: readonly [number, number, number, number];
  readonly groups: readonly number[];
  /** Hex masks as in /proc/<pid>/status. */
  readonly capEffective: string;
  readonly capPermitted: string;
  readonly capAmbient: string;
  /** Milliseconds after the start at which a sample last saw it with a uid of 0 or a capability; absent when none did. */
  readonly rootAt?: number;
  /** Who it was in the last sample, where the values above are the worst of all samples. */
  readonly last?: Pick<ObservedProcess, 'uids' | 'gids' | 'groups'>;
  /** Health probes and exec run beside the container's own processes. */
  readonly own: boolean;
}
export interface ProcessFacts {
  readonly samples: number;
  /** Milliseconds after the start of the last sample. */
  readonly until?: number;
  readonly source: 'proc' | 'top';
  readonly processes: readonly ObservedProcess[];
}

export interface ProbeLog {
  readonly exitCode: number;
  readonly output: string;
  /** Milliseconds after start. */
  readonly at: number;
}
export interface HealthObservation {
  readonly status: 'none' | 'starting' | 'healthy' | 'unhealthy';
  /** Milliseconds from State.StartedAt until the engine said healthy. */
  readonly healthyAfter?: number;
  /** Milliseconds until the test, executed by us every 250 ms, passed first. */
  readonly firstPassAfter?: number;
  /** Last five of the engine's own probes. */
  readonly log: readonly ProbeLog[];
  /** Results of the accelerated probes after healthy; absent when none ran. */
  readonly stability?: { readonly probes: number; readonly failures: readonly ProbeLog[] };
  /** The test's program is not in the image, e.g. `curl`. */
  readonly missingTool?: string;
  /** Health was given up before the deadline for this reason. */
  readonly stoppedBecause?: string;
}
export interface ListeningSocket {
  readonly port: number;
  readonly address: string;
  readonly loopbackOnly: boolean;
}
export interface HttpObservation {
  /** Index in the image's `http` list. */
  readonly check: number;
  readonly url: string;
  readonly attempts: number;
  /** Milliseconds after start of the first answer that met the check. */
  readonly firstSuccessAfter?: number;
  readonly latencies: readonly number[];
  /** Empty: met. */
  readonly problems: readonly string[];
  readonly lastStatus?: number;
  /** First bytes of the last answer, for the finding. */
  readonly lastBody?: string;
}
export interface StopObservation {
  readonly elapsed: number;
  readonly grace: number;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  readonly signal: string;
}
export interface MemoryObservation {
  readonly limit?: number;
  readonly peak?: number;
  readonly oomKilled: boolean;
}
export interface ZombieProcess {
  readonly pid: number;
  readonly name: string;
  /** Milliseconds for which it was seen dead and not reaped. */
  readonly lasting: number;
}
/** One run of a service image from start to stop. */
export interface ServiceFacts {
  /** Why the process never existed, in the engine's words; nothing else was observed then. */
  readonly startError?: string;
  readonly exitedEarly?: { readonly exitCode: number; readonly after: number };
  readonly restarts: number;
  readonly health: HealthObservation;
  /** Absent where the network namespace could not be looked into. */
  readonly listening?: readonly ListeningSocket[];
  readonly http: readonly HttpObservation[];
  /** Milliseconds from State.StartedAt to the first success of http, health test or listening port, with which one. */
  readonly firstSuccess?: { readonly after: number; readonly by: 'http' | 'health' | 'port' };
  /** The same of a second start, made because the first one took longer than allowed; absent when it never succeeded in time. */
  readonly secondStart?: { readonly after?: number };
  readonly stop?: StopObservation;
  /** Dead children of PID 1 that nobody waited for, seconds after their end; absent where the host's /proc is not the engine's. */
  readonly zombies?: readonly ZombieProcess[];
  readonly memory: MemoryObservation;
  /** Last lines of the container's own output. */
  readonly log: readonly string[];
}
export interface JobObservation {
  /** Index in the image's `run` list; -1: the image's own command, none declared, run for a moment to see its user. */
  readonly check: number;
  readonly command: readonly string[];
  readonly exitCode: number;
  readonly elapsed: number;
  readonly timedOut: boolean;
  /** Why the process never existed, from State.Error. */
  readonly startError?: string;
  readonly oomKilled: boolean;
  readonly peak?: number;
  /** Last 64 KiB each. */
  readonly stdout: string;
  readonly stderr: string;
}
/** What the containers of an image printed, both streams, oldest first, at most the last few thousand lines. */
export interface RunLogs {
  readonly lines: readonly string[];
}
export interface JobFacts {
  readonly runs: readonly JobObservation[];
  readonly memory: MemoryObservation;
}

/** One more start of a service under changed circumstances, until it is usable as in its ordinary run or was given up. */
export interface TrialRun {
  readonly usable: boolean;
  /** Milliseconds until usable or given up. */
  readonly after: number;
  /** Milliseconds it was given. */
  readonly allowed: number;
  /** Why it was given up. */
  readonly problem?: string;
  /** Last lines of its output. */
  readonly log: readonly string[];
}
export type HardenedFlag = 'read-only' | 'cap-drop' | 'no-new-privileges';
/** The run without write access, capabilities and new privileges, and which of them is to blame where it failed. */
export interface HardenedFacts {
  readonly flags: readonly HardenedFlag[];
  readonly together: TrialRun;
  /** What decides each flag where the run under all of them failed; none unusable: only their combination fails. */
  readonly alone: Readonly<Partial<Record<HardenedFlag, TrialRun>>>;
  /** Paths the service writes to outside its memory file systems, where that is what failed. */
  readonly written: readonly string[];
}
/** The health test beside a container in which the service does not run. */
export interface ControlFacts {
  /** The program that ran instead of the service; absent: the test was the container's only process. */
  readonly idle?: string;
  readonly probe: ProbeLog;
}
/** A stop in the middle of requests. */
export interface LoadFacts {
  readonly path: string;
  /** Requests under way or sent before the stop was asked for. */
  readonly requests: number;
  readonly inFlight: number;
  /** What became of those that got no answer. */
  readonly lost: readonly string[];
  readonly stop: StopObservation;
}
/** One run of an image on its own, without companions and network. */
export interface SingleRun {
  readonly exitCode: number;
  /** Milliseconds. */
  readonly elapsed: number;
  readonly timedOut: boolean;
  readonly oomKilled: boolean;
  /** Why the process never existed, in the engine's words. */
  readonly startError?: string;
  /** Last 64 KiB each. */
  readonly stdout: string;
  readonly stderr: string;
}
