import type { HttpCheck, JobRunCheck } from '../../src/model/check-config.ts';
import type { HardenedFacts, JobObservation, ObservedProcess, ServiceFacts, TrialRun } from '../../src/model/facts.ts';
import type { ImageHealthcheck } from '../../src/model/image.ts';

/** A service that did everything right; tests spread one change over it. */
export function blankService(change: Partial<ServiceFacts> = {}): ServiceFacts {
  return {
    restarts: 0,
    health: {
      status: 'healthy',
      healthyAfter: 5100,
      firstPassAfter: 400,
      log: [{ exitCode: 0, output: '', at: 5000 }],
      stability: { probes: 9, failures: [] },
    },
    listening: [{ port: 8080, address: '0.0.0.0', loopbackOnly: false }],
    http: [],
    firstSuccess: { after: 400, by: 'health' },
    stop: { elapsed: 120, grace: 10_000, exitCode: 0, oomKilled: false, signal: 'SIGTERM' },
    memory: { oomKilled: false, peak: 40_000_000 },
    log: ['listening'],
    ...change,
  };
}

export function processOf(change: Partial<ObservedProcess> = {}): ObservedProcess {
  return {
    pid: 100,
    command: 'python -m app',
    uids: [1000, 1000, 1000, 1000],
    gids: [1000, 1000, 1000, 1000],
    groups: [1000],
    capEffective: '0000000000000000',
    capPermitted: '0000000000000000',
    capAmbient: '0000000000000000',
    own: true,
    ...change,
  };
}

export function healthcheckOf(...words: string[]): ImageHealthcheck {
  return { test: words, interval: 30_000, timeout: 3000, startPeriod: 0, startInterval: 5000, retries: 3 };
}

export function httpCheck(change: Partial<HttpCheck> = {}): HttpCheck {
  const place = { file: 'slipway.yml', line: 9, column: 9 };
  return { method: 'GET', path: '/health', headers: {}, status: [200], repeat: 1, place, ...change };
}

export function jobCheck(change: Partial<JobRunCheck> = {}): JobRunCheck {
  return { command: ['run'], within: 60_000, exit: 0, place: { file: 'slipway.yml', line: 7, column: 9 }, ...change };
}

export function jobRun(change: Partial<JobObservation> = {}): JobObservation {
  return {
    check: 0,
    command: ['run'],
    exitCode: 0,
    elapsed: 900,
    timedOut: false,
    oomKilled: false,
    stdout: 'workflow complete\n',
    stderr: '',
    ...change,
  };
}

/** A service of which one thing was never observed. */
export function serviceWithout(
  key: 'stop' | 'firstSuccess' | 'listening',
  change: Partial<ServiceFacts> = {},
): ServiceFacts {
  const { stop, firstSuccess, listening, ...rest } = blankService(change);
  const optional = { stop, firstSuccess, listening };
  const kept = Object.entries(optional).filter(([name, value]) => name !== key && value !== undefined);
  return { ...rest, ...Object.fromEntries(kept) };
}

/** A further start that went well. */
export function trialOf(change: Partial<TrialRun> = {}): TrialRun {
  return { usable: true, after: 1200, allowed: 10_000, log: [], ...change };
}

/** A hardened run in which nothing failed. */
export function hardenedOf(change: Partial<HardenedFacts> = {}): HardenedFacts {
  const flags = ['read-only', 'cap-drop', 'no-new-privileges'] as const;
  return { flags, together: trialOf(), alone: {}, written: [], ...change };
}
