import type { Place } from './place.ts';

/** Who has to act: `user` (config, permission, missing tool) or `environment` (registry, daemon, disk; a retry is safe). */
export type FaultKind = 'user' | 'environment';

/** One of several problems found at once, each with its own place. */
export interface Complaint {
  readonly message: string;
  readonly place?: Place;
}

export interface FaultDetails {
  readonly kind?: FaultKind;
  /** Where it is, e.g. `slipway.yml:12:5`, a reference or a path. */
  readonly where?: string;
  /** What to do about it, one sentence. */
  readonly remedy?: string;
  readonly cause?: unknown;
  /** Everything that is wrong, when it is more than the message. */
  readonly complaints?: readonly Complaint[];
}

/** A problem that somebody outside this program can act on: printed without a stack, exit 2 or 75. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly kind: FaultKind;
  readonly where: string | undefined;
  readonly remedy: string | undefined;
  readonly complaints: readonly Complaint[];

  constructor(message: string, details: FaultDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = details.kind ?? 'user';
    this.where = details.where;
    this.remedy = details.remedy;
    this.complaints = details.complaints ?? [];
  }
}

/** Exit codes of every command (architecture.md, "Errors and exits"). */
export const EXIT = { passed: 0, policy: 1, fault: 2, bug: 3, environment: 75 } as const;
/** Exit codes of a run that a signal stopped: 128 + the signal's number, as shells have it. */
export const SIGNAL_EXIT = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
export type StopSignal = keyof typeof SIGNAL_EXIT;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT] | (typeof SIGNAL_EXIT)[StopSignal];

/** The reason of an abort that a signal asked for. */
export function stoppedBy(signal: StopSignal): Error {
  return new Error(`stopped by ${signal}`, { cause: { signal } });
}

/** Which signal stopped the run; undefined for every other reason, and while nothing is aborted. */
export function stopSignalOf({ reason }: AbortSignal): StopSignal | undefined {
  const cause: unknown = reason instanceof Error ? reason.cause : undefined;
  const name = typeof cause === 'object' && cause !== null && 'signal' in cause ? cause.signal : undefined;
  return (Object.keys(SIGNAL_EXIT) as StopSignal[]).find((known) => known === name);
}

/** The exit code an escaped error asks for. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof Fault) return error.kind === 'user' ? EXIT.fault : EXIT.environment;
  return EXIT.bug;
}

/** What an unknown thrown value says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
