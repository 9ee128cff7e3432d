import type { ObservedProcess } from '../../model/facts.ts';
import { holdsCapabilities, type ProcessStatus } from './proc-status.ts';

/** What one look at a container saw; `listed` also names processes that were gone before they could be read. */
export interface ProcessSnapshot {
  readonly init: number;
  /** Milliseconds after the start; absent while the container is being started. */
  readonly at?: number;
  readonly listed: readonly number[];
  readonly statuses: readonly ProcessStatus[];
}

/** Whether a process is still the container runtime on its way to becoming the image's program. */
export function isRuntime(status: Pick<ProcessStatus, 'name'>): boolean {
  return RUNTIME_NAME.test(status.name);
}

interface Entry {
  process: ObservedProcess;
  name: string;
  /** Undefined: the parent was gone before it could be asked. */
  own: boolean | undefined;
}

/** Adds up what the samples of one container saw, worst value per process. */
export interface ProcessLedger {
  /** Returns the processes whose command line is not known yet. */
  add(snapshot: ProcessSnapshot): readonly number[];
  nameCommand(pid: number, command: string): void;
  processes(): readonly ObservedProcess[];
}

const LIMIT = 200;
/** The container runtime's own last moment before it becomes the image's program still holds capabilities that the program does not get. */
const RUNTIME_NAME = /^(?:runc:\[|crun$|youki)/;

/** Starts an empty ledger. A process is the container's own when its parents lead to PID 1; probes and exec have a parent outside. */
export function makeProcessLedger(): ProcessLedger {
  const entries = new Map<number, Entry>();
  return {
    add(snapshot) {
      const unnamed: number[] = [];
      for (const status of snapshot.statuses) {
        const known = entries.get(status.pid);
        if (known?.name !== status.name) unnamed.push(status.pid);
        const fresh = known === undefined || isRuntime(known) !== isRuntime(status);
        const process = mark(fresh ? begin(status) : worsen(known.process, status), status, snapshot.at ?? 0);
        entries.set(status.pid, { process, name: status.name, own: known?.own });
      }
      classify(entries, snapshot);
      return unnamed;
    },
    nameCommand(pid, command) {
      const entry = entries.get(pid);
      if (entry !== undefined && command !== '') entry.process = { ...entry.process, command };
    },
    processes() {
      const seen = [...entries.values()].filter((entry) => entry.own === true || !isRuntime(entry));
      const all = seen.map((entry) => ({ ...entry.process, own: entry.own ?? false }));
      return all.sort((left, right) => rank(left) - rank(right) || left.pid - right.pid).slice(0, LIMIT);
    },
  };
}

function begin(status: ProcessStatus): ObservedProcess {
  const { pid, name, uids, gids, groups, capEffective, capPermitted, capAmbient } = status;
  return { pid, command: name, uids, gids, groups, capEffective, capPermitted, capAmbient, own: false };
}

function worsen(process: ObservedProcess, status: ProcessStatus): ObservedProcess {
  return {
    ...process,
    uids: lower(process.uids, status.uids),
    gids: lower(process.gids, status.gids),
    groups: [...new Set([...process.groups, ...status.groups])],
    capEffective: joinMasks(process.capEffective, status.capEffective),
    capPermitted: joinMasks(process.capPermitted, status.capPermitted),
    capAmbient: joinMasks(process.capAmbient, status.capAmbient),
  };
}

function mark(process: ObservedProcess, status: ProcessStatus, at: number): ObservedProcess {
  const masks = [status.capEffective, status.capPermitted, status.capAmbient];
  const root = status.uids.includes(0) || masks.some(holdsCapabilities);
  const { uids, gids, groups } = status;
  return { ...process, last: { uids, gids, groups }, ...(root ? { rootAt: at } : {}) };
}

type Four = readonly [number, number, number, number];
/** Root (0) is the lowest id, so the lower one is the worse one. */
function lower(left: Four, right: Four): Four {
  return [
    Math.min(left[0], right[0]),
    Math.min(left[1], right[1]),
    Math.min(left[2], right[2]),
    Math.min(left[3], right[3]),
  ];
}

function joinMasks(left: string, right: string): string {
  const both = BigInt(`0x${left === '' ? '0' : left}`) | BigInt(`0x${right === '' ? '0' : right}`);
  return both.toString(16).padStart(Math.max(left.length, right.length), '0');
}

/** First sight decides: an orphan of a probe is adopted by PID 1 and would look like the container's own afterwards. */
function classify(entries: Map<number, Entry>, snapshot: ProcessSnapshot): void {
  const parents = new Map(snapshot.statuses.map((status) => [status.pid, status.parent]));
  const listed = new Set(snapshot.listed);
  const decide = (pid: number, depth: number): boolean | undefined => {
    if (pid === snapshot.init) return true;
    const entry = entries.get(pid);
    if (entry?.own !== undefined) return entry.own;
    const parent = parents.get(pid);
    if (parent === undefined || depth > 1000) return undefined;
    if (!entries.has(parent) && !listed.has(parent)) return false;
    return decide(parent, depth + 1);
  };
  for (const { pid } of snapshot.statuses) {
    const entry = entries.get(pid);
    if (entry !== undefined) entry.own ??= decide(pid, 0);
  }
}

/** What a rule would complain about comes first, so that the limit never hides it. */
function rank(process: ObservedProcess): number {
  const suspicious = process.uids.includes(0) || holdsCapabilities(process.capPermitted);
  return (process.own ? 0 : 2) + (suspicious ? 0 : 1);
}
