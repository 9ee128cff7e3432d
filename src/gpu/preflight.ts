import { formatSize } from '../model/size.ts';
import type { GpuVerdict } from '../model/gpu-verdict.ts';
import { askApps, type ComputeApp } from './compute-apps.ts';
import { askCudaVersion } from './cuda-version.ts';
import { askDevices, type DeviceRow, toReported } from './devices.ts';
import { fromWords, type Problem, sight } from './problem.ts';
import { askSmi, describeCode, type SmiAnswer, type SmiEffects } from './smi.ts';

/** What the host says of its GPUs before anything runs. */
export interface Preflight {
  readonly devices: readonly DeviceRow[];
  readonly host: NonNullable<GpuVerdict['host']>;
  /** `nvidia-smi -L`, UUIDs only. */
  readonly listed: readonly string[];
  readonly problem?: Problem;
}

/** The driver itself keeps some of the memory of a large GPU. */
const BASELINE_LIMIT = 1024 * 2 ** 20;

/** Looks at the machine: gpu.md check 1. Anything wrong here is the machine's fault; afterwards the image's own left-overs are no fault of it. */
export async function lookAtHost(effects: SmiEffects, count: number, when: 'before' | 'after'): Promise<Preflight> {
  const found = await askDevices(effects);
  if (!('devices' in found)) return { devices: [], host: emptyHost(), listed: [], problem: explainSmi(found) };
  const { devices } = found;
  const [cuda, apps, list] = [await askCudaVersion(effects), await askApps(effects), await askSmi(effects, ['-L'])];
  const driver = devices[0]?.driver;
  const own = when === 'after' ? undefined : (findForeign(apps ?? []) ?? findMemoryProblem(devices));
  const problem = findDeviceProblem(devices, count) ?? own;
  return {
    devices,
    listed: list.kind === 'answer' ? readUuids(list.text) : [],
    host: {
      ...(driver === undefined ? {} : { driver }),
      ...(cuda === undefined ? {} : { cuda }),
      devices: devices.map(toReported),
      notes: apps === undefined ? ['nvidia-smi does not list processes: that nobody else computes was not seen'] : [],
    },
    ...(problem === undefined ? {} : { problem }),
  };
}

function emptyHost(): NonNullable<GpuVerdict['host']> {
  return { devices: [], notes: [] };
}

/** What nvidia-smi ended with is the diagnosis; its words stand on standard output. */
export function explainSmi(answer: Exclude<SmiAnswer, { kind: 'answer' }>): Problem {
  if (answer.kind === 'missing') return sight('no-nvidia-smi', answer.text);
  const seen = `${describeCode(answer.code)}; ${answer.text}`;
  if (answer.code === 15 || /fallen off the bus|GPU is lost/i.test(answer.text)) return sight('fell-off-the-bus', seen);
  if (answer.code === 9)
    return { ...fromWords("couldn't communicate with the NVIDIA driver", 'nvidia-smi-failed'), seen };
  if (answer.code === 12) return { ...fromWords("couldn't find libnvidia-ml", 'nvidia-smi-failed'), seen };
  return { ...fromWords(answer.text, 'nvidia-smi-failed'), seen };
}

function findDeviceProblem(devices: readonly DeviceRow[], count: number): Problem | undefined {
  const dead = devices.find((device) => device.dead !== undefined || device.name === '');
  if (dead !== undefined) return sight('gpu-dead', `GPU ${String(dead.index)}: ${dead.dead ?? 'no name'}`);
  const waiting = devices.find(({ recovery }) => recovery !== undefined);
  if (waiting !== undefined) return sight('gpu-recovery', `GPU ${String(waiting.index)}: ${waiting.recovery ?? ''}`);
  if (devices.length < count) return sight('no-gpu', `${String(devices.length)} of ${String(count)}`);
  return undefined;
}

function findForeign(apps: readonly ComputeApp[]): Problem | undefined {
  if (apps.length === 0) return undefined;
  return sight('foreign-process', apps.map(({ pid, name }) => `${String(pid)} ${name}`).join(', '));
}

function findMemoryProblem(devices: readonly DeviceRow[]): Problem | undefined {
  const full = devices.find(({ memoryUsed = 0 }) => memoryUsed > BASELINE_LIMIT);
  if (full === undefined) return undefined;
  const seen = `GPU ${String(full.index)}: ${formatSize(full.memoryUsed ?? 0)} used, ${formatSize(BASELINE_LIMIT)} is accepted`;
  return sight('baseline-memory', seen);
}

/** UUIDs of GPUs and MIG devices in the words of `nvidia-smi -L`. */
export function readUuids(list: string): string[] {
  return [...list.matchAll(/\bUUID: ((?:GPU|MIG)-[\w/-]+)\)/g)].map(([, uuid = '']) => uuid);
}
