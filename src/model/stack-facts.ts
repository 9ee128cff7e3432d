import type { Place } from './place.ts';
import type { Finding } from './verdict.ts';

/** What was found before a container of the stack was made. */
export interface StackStartFacts {
  /** Empty: it was started. */
  readonly problems: readonly Finding[];
}

/** `waiting`: not started, because of what it depends on; `done`: it is meant to end and did. */
export type ServiceState =
  'healthy' | 'running' | 'done' | 'waiting' | 'starting' | 'unhealthy' | 'restarting' | 'ended';

export interface ServiceLimits {
  /** Bytes. */
  readonly memory?: number;
  /** Processors. */
  readonly cpus?: number;
}

/** One service of the stack, as it was seen running. */
export interface StackServiceFacts {
  readonly name: string;
  readonly place: Place;
  /** The image of the configuration that it ran; absent for images of others. */
  readonly image?: string;
  readonly state: ServiceState;
  /** Milliseconds from the start of the stack until it was ready; absent when it never was. */
  readonly readyAfter?: number;
  /** Why it is not ready, or no longer. */
  readonly problem?: string;
  /** The wait ended, because of another service, while this one was still on its way. */
  readonly pending: boolean;
  readonly restarts: number;
  readonly declared: ServiceLimits;
  readonly inForce: ServiceLimits;
  /** Bytes, when nobody asked anything and under the load of the declared requests. */
  readonly memory: { readonly idle?: number; readonly active?: number };
  /** Where the host leads to it, `address:port`. */
  readonly published: readonly string[];
  /** Last lines it printed. */
  readonly log: readonly string[];
  /** The line that most likely says what is wrong, where there is one. */
  readonly trouble?: string;
}

/** What became of one declared request or command. */
export interface StackProbe {
  /** `GET http://api:8080/`, or the command with its service. */
  readonly what: string;
  readonly place: Place;
  /** Empty: met. */
  readonly problems: readonly string[];
  readonly attempts: number;
  /** Milliseconds of the slowest answer, or of the command. */
  readonly elapsed?: number;
  /** First bytes of the last answer, or the last lines a command printed. */
  readonly said?: string;
  /** What the service that could not answer printed last about it. */
  readonly trouble?: { readonly service: string; readonly line: string };
}

export type RestartPhase =
  'before the write' | 'at the write' | 'after the write' | 'after a restart' | 'after down and up';
/** What was written and read back around two restarts. */
export interface StackRestartFacts {
  /** The reads held although nothing was written yet: they cannot tell. */
  readonly blind: boolean;
  /** Phases that were gone through, in order, with those checks that were not met. */
  readonly phases: readonly {
    readonly phase: RestartPhase;
    readonly failed: readonly StackProbe[];
    /** Why the stack did not come up again. */
    readonly down?: string;
  }[];
}

/** What a service printed and must not, by its first line. */
export interface DeniedLine {
  readonly service: string;
  /** Counted from 1 in the service’s kept log. */
  readonly line: number;
  readonly count: number;
  readonly text: string;
  /** The pattern, as written. */
  readonly pattern: string;
  readonly place: Place;
}

/** One run of the stack from start to removal. */
export interface StackFacts {
  readonly services: readonly StackServiceFacts[];
  /** Milliseconds until every service was ready. */
  readonly readyAfter?: number;
  /** Milliseconds it was given. */
  readonly readyWithin: number;
  /** Services that may be reached through ports of the host. */
  readonly hostPorts: readonly string[];
  readonly http: readonly StackProbe[];
  readonly run: readonly StackProbe[];
  /** How many patterns no line may match. */
  readonly patterns: number;
  readonly denied: readonly DeniedLine[];
  /** Absent: nothing of the kind is declared, or the stack was not ready. */
  readonly restart?: StackRestartFacts;
  /** What is different from how the files say it, in sentences. */
  readonly notes: readonly string[];
}
