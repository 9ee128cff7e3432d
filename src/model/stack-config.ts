import type { EnvValue, HttpCheck, JobRunCheck } from './check-config.ts';
import type { Place } from './place.ts';

/** A request in the stack's own network. */
export interface StackHttpCheck extends Omit<HttpCheck, 'path'> {
  /** `http://SERVICE:PORT/PATH`. */
  readonly url: string;
}

/** A command in the container of a service. */
export interface StackRunCheck extends Omit<JobRunCheck, 'command'> {
  readonly service: string;
  readonly command: readonly string[];
}

export type StackCheck = StackHttpCheck | StackRunCheck;

/** Lines that no service may print. */
export interface DeniedLog {
  readonly match: RegExp;
  /** Lines that are meant although they match. */
  readonly except?: RegExp;
  /** Empty: all. */
  readonly services: readonly string[];
  readonly place: Place;
}

/** What is written once, and what must be there after every restart and was not there before. */
export interface RestartCheck {
  readonly write: readonly StackCheck[];
  readonly read: readonly StackCheck[];
  readonly place: Place;
}

/** Services that belong together, as compose files describe them. */
export interface StackConfig {
  /** Relative to the folder of slipway.yml; later ones override earlier ones. */
  readonly files: readonly { readonly path: string; readonly place: Place }[];
  readonly profiles: readonly string[];
  /** What the files interpolate, beside the environment of the run. */
  readonly env: Readonly<Record<string, EnvValue>>;
  /** Milliseconds until every service is ready. */
  readonly readyWithin: number;
  /** Milliseconds that every service must go on being ready. */
  readonly staysUp: number;
  /** Services whose ports are taken on the host as their file says; those of all others never are. */
  readonly hostPorts: readonly string[];
  readonly http: readonly StackHttpCheck[];
  readonly run: readonly StackRunCheck[];
  readonly denyLogs: readonly DeniedLog[];
  readonly survivesRestart?: RestartCheck;
  /** Labels of the runner that starts it in a workflow; absent: that of the jobs that build its images. */
  readonly runsOn?: readonly string[];
  /** The keys the user wrote, dotted (`stack.files`): a written key makes its rules errors. */
  readonly written: ReadonlySet<string>;
  readonly places: Readonly<Record<string, Place>>;
}
