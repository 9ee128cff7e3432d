import type { FleetGpu } from '../model/gpu-config.ts';
import { type Problem, sight } from './problem.ts';
import type { Xid } from './xid.ts';

/** What is known when a phase has failed and machine and canary were looked at again. */
export interface Evidence {
  readonly problem: Problem;
  /** The engine said it; a program's own words cannot speak for the machine. */
  readonly fromEngine: boolean;
  /** What the machine or the canary came to afterwards; undefined: both are well. */
  readonly after: Problem | undefined;
  readonly xids: readonly Xid[];
  /** Somebody else held memory of the GPU while the phase ran. */
  readonly foreign: boolean;
  /** Heat or power held the clocks down. */
  readonly throttled: boolean;
  /** Devices came through CDI, which no daemon-reload takes away. */
  readonly throughCdi: boolean;
  /** The machine is one of those the image declares to run on. */
  readonly inFleet: boolean;
}

export interface Judged {
  readonly verdict: 'failed' | 'infra';
  readonly problem: Problem;
}

/** Whose fault a failed phase is: the differential canary and the exceptions of gpu.md, "Infra or image", first match first. */
export function blame(evidence: Evidence): Judged {
  const { problem, fromEngine, after, xids, foreign, throttled, throughCdi, inFleet } = evidence;
  const { id } = problem.row;
  const infra = (found: Problem): Judged => ({ verdict: 'infra', problem: found });
  const image = (found: Problem): Judged => ({ verdict: 'failed', problem: found });
  if (id === 'cancelled') return infra(problem);
  const hardware = xids.find(({ application }) => !application);
  if (hardware !== undefined) return infra(sight('hardware-xid', hardware.line));
  const [application] = xids;
  if (after !== undefined && application !== undefined) return image(sight('application-xid', application.line));
  if (after !== undefined) return infra(sight('host-broke', `${after.row.says}: ${after.seen}`));
  if (id === 'driver-requirement') return inFleet ? image(problem) : infra(problem);
  if (id === 'out-of-gpu-memory' && foreign) return infra(sight('foreign-memory', problem.seen));
  if (id === 'phase-time' && throttled) return infra(sight('throttled', problem.seen));
  if (id === 'nvml-lost-cgroup' && !throughCdi) return infra(problem);
  if (problem.row.text === undefined || fromEngine) {
    if (problem.row.blame === 'infra') return infra(problem);
  }
  if (id === 'phase-failed' && application !== undefined) return image(sight('application-xid', application.line));
  return image(problem);
}

/** Whether a machine with this driver is at least one of the declared ones. */
export function isInFleet(driver: string | undefined, sm: string | undefined, fleet: readonly FleetGpu[]): boolean {
  const major = Number.parseInt(driver ?? '', 10);
  return fleet.some((gpu) => gpu.sm === sm && Number.parseInt(gpu.driver, 10) <= major);
}
