/** How a GPU runs code: as it is, or compiled from PTX by the driver when it is loaded. */
export type CodeUse = 'machine code' | 'ptx';

interface Target {
  readonly ptx: boolean;
  readonly version: number;
  /** `a`: for exactly this one. `f`: for its family only. */
  readonly suffix: string;
}

/**
 * How a GPU of this compute capability (`8.9`) runs one of these targets; undefined when it runs none. Machine code runs on the same major
 * version with the same or a higher minor one, PTX on the same or any later one, `sm_90a` on 9.0 alone, `sm_100f` on 10.0 and later 10.x
 * (CUDA C++ Programming Guide, "Binary compatibility", "PTX compatibility", "Feature set compiler targets").
 */
export function findUse(targets: readonly string[], capability: string): CodeUse | undefined {
  const gpu = versionOf(capability);
  const usable = targets.flatMap(readTarget).filter((target) => isUsable(target, gpu));
  if (usable.length === 0) return undefined;
  return usable.some(({ ptx }) => !ptx) ? 'machine code' : 'ptx';
}

/** `8.9` as the names of targets write it: 89. */
export function versionOf(capability: string): number {
  const [major = '', minor = '0'] = capability.split('.');
  return Number(major) * 10 + Number(minor);
}

function readTarget(text: string): readonly Target[] {
  const match = /^(?<kind>sm|compute)_(?<version>\d+)(?<suffix>[af]?)$/.exec(text);
  const { kind, version, suffix } = match?.groups ?? {};
  return version === undefined ? [] : [{ ptx: kind === 'compute', version: Number(version), suffix: suffix ?? '' }];
}

function isUsable({ ptx, version, suffix }: Target, gpu: number): boolean {
  if (suffix === 'a') return gpu === version;
  const family = Math.floor(gpu / 10) === Math.floor(version / 10);
  return gpu >= version && (family || (ptx && suffix === ''));
}
