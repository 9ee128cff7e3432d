/** The identity part of `/proc/<pid>/status` (proc_pid_status(5)). */
export interface ProcessStatus {
  readonly name: string;
  readonly pid: number;
  readonly parent: number;
  /** The pid inside the container; 1 is its PID 1. */
  readonly innerPid: number;
  /** real, effective, saved, file-system. */
  readonly uids: readonly [number, number, number, number];
  readonly gids: readonly [number, number, number, number];
  readonly groups: readonly number[];
  readonly capEffective: string;
  readonly capPermitted: string;
  readonly capAmbient: string;
}

/** Reads a status text; undefined when a line that identity hangs on is missing (a kernel thread, a half-dead process). */
export function parseStatus(text: string): ProcessStatus | undefined {
  const lines = new Map<string, string>();
  for (const line of text.split('\n')) {
    const at = line.indexOf(':');
    if (at > 0) lines.set(line.slice(0, at), line.slice(at + 1).trim());
  }
  const pid = readNumber(lines.get('Pid'));
  const parent = readNumber(lines.get('PPid'));
  const uids = readFour(lines.get('Uid'));
  const gids = readFour(lines.get('Gid'));
  if (pid === undefined || parent === undefined || uids === undefined || gids === undefined) return undefined;
  // A zombie has no credentials that could do anything.
  if (lines.get('State')?.startsWith('Z') === true) return undefined;
  return {
    name: lines.get('Name') ?? '',
    pid,
    parent,
    innerPid: Number(lines.get('NSpid')?.split(/\s+/).at(-1) ?? 0),
    uids,
    gids,
    groups: (lines.get('Groups') ?? '')
      .split(/\s+/)
      .filter((part) => part !== '')
      .map(Number),
    capEffective: lines.get('CapEff') ?? '',
    capPermitted: lines.get('CapPrm') ?? '',
    capAmbient: lines.get('CapAmb') ?? '0',
  };
}

/** The id as the container sees it, out of `/proc/<pid>/uid_map` (user_namespaces(7)); an unmapped id stays as it is. */
export function mapId(map: string, id: number): number {
  for (const line of map.split('\n')) {
    const [inside, outside, length] = line.trim().split(/\s+/).map(Number);
    if (inside === undefined || outside === undefined || length === undefined) continue;
    if (id >= outside && id < outside + length) return inside + id - outside;
  }
  return id;
}

/** A capability set with anything in it, from its hex mask. */
export function holdsCapabilities(mask: string): boolean {
  return /[1-9a-f]/i.test(mask);
}

function readNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function readFour(text: string | undefined): [number, number, number, number] | undefined {
  const [first, second, third, fourth] = (text ?? '')
    .split(/\s+/)
    .filter((part) => /^\d+$/.test(part))
    .map(Number);
  if (first === undefined || second === undefined || third === undefined || fourth === undefined) return undefined;
  return [first, second, third, fourth];
}
