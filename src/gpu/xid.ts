import type { Effects } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { GpuVerdict } from '../model/gpu-verdict.ts';
import { oneLine } from './problem.ts';

/** Errors that a program of the container causes (the list of NVIDIA’s Kubernetes device plugin, internal/rm/health.go). */
const APPLICATION = [13, 31, 43, 45, 68, 109];

export interface Xid {
  readonly number: number;
  readonly line: string;
  /** The program’s doing, not the hardware’s. */
  readonly application: boolean;
}

/** What of the kernel log can be read; undefined: nothing, which is no proof of silence. */
export type KernelLog = { readonly how: string; readonly lines: readonly string[] } | undefined;

const SOURCES: readonly (readonly [string, readonly string[]])[] = [
  ['journalctl -k', ['-k', '-b', '--no-pager', '-o', 'short-monotonic', '-n', '20000']],
  ['dmesg', []],
];

/** Xid lines of the kernel log now, from the first source that this user may read. */
export async function readKernelLog({ processes }: Pick<Effects, 'processes'>): Promise<KernelLog> {
  for (const [how, argv] of SOURCES) {
    const program = how.split(' ')[0] ?? how;
    try {
      const { exitCode, stdout } = await processes.run(program, argv, { deadline: 15_000 });
      const lines = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('-- '));
      if (exitCode === 0 && lines.length > 0) return { how, lines: lines.filter((line) => XID.test(line)) };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  }
  return undefined;
}

const XID = /NVRM: Xid \(([^)]*)\): (\d+)/;

interface Readings {
  readonly before: NonNullable<KernelLog>;
  readonly after: NonNullable<KernelLog>;
}

/** Both readings of one source; undefined where nothing can be compared. */
function pair(before: KernelLog, after: KernelLog): Readings | undefined {
  return before !== undefined && before.how === after?.how ? { before, after } : undefined;
}

/** The errors that came between two readings. */
export function newXids(before: KernelLog, after: KernelLog): readonly Xid[] {
  const both = pair(before, after);
  if (both === undefined) return [];
  const known = new Set(both.before.lines);
  return both.after.lines.filter((line) => !known.has(line)).flatMap((line) => readXid(line) ?? []);
}

/** `NVRM: Xid (PCI:0000:01:00): 79, pid=…, GPU has fallen off the bus.` */
export function readXid(line: string): Xid | undefined {
  const number = Number(XID.exec(line)?.[2]);
  if (!Number.isInteger(number)) return undefined;
  const text = line.slice(line.indexOf('NVRM: Xid'));
  return { number, line: oneLine(text), application: APPLICATION.includes(number) };
}

/** Never "none" where nobody could look. */
export function describeXids(before: KernelLog, after: KernelLog): NonNullable<GpuVerdict['xid']> {
  const both = pair(before, after);
  if (both === undefined)
    return { observed: false, how: 'the kernel log is not readable for this user: not observed', lines: [] };
  return {
    observed: true,
    how: both.after.how,
    lines: newXids(before, after)
      .map(({ line }) => line)
      .slice(0, 50),
  };
}
