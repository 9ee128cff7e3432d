import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CdiEdits } from '../../script/standin-gpu/machine.ts';

/** What nvidia-container-cli and the toolkit's hook were seen to print, by the row of the table that has to know it. */
const HOOK_TEXTS: Readonly<Record<string, string>> = {
  'driver-requirement':
    'nvidia-container-cli: requirement error: unsatisfied condition: cuda>=12.8, please update your driver to a newer version, or use an earlier cuda container',
  'driver-library-missing':
    'nvidia-container-cli: initialization error: load library failed: libnvidia-ml.so.1: cannot open shared object file: no such file or directory',
  'driver-not-loaded': 'nvidia-container-cli: initialization error: nvml error: driver not loaded',
  'hook-called-directly':
    'invoking the NVIDIA Container Runtime Hook directly (e.g. specifying the docker --gpus flag) is not supported. Please use the NVIDIA Container Runtime (e.g. specify the --runtime=nvidia flag) instead',
  'container-cli': 'nvidia-container-cli: mount error: stat failed: /proc/driver/nvidia/gpus',
};

/** What nvidia-smi in a container was seen to print. */
const SMI_TEXTS: Readonly<Record<string, string>> = {
  'nvml-version-mismatch': 'Failed to initialize NVML: Driver/library version mismatch',
  'nvml-lost-cgroup': 'Failed to initialize NVML: Unknown Error',
  'nvml-permissions': 'Failed to initialize NVML: Insufficient Permissions',
};

/** Scripts that print one text each and fail: hooks of the runtime, and stand-ins for nvidia-smi in a container. */
export function writeHooks(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'standin-hooks-'));
  chmodSync(folder, 0o755);
  const write = (id: string, text: string, code: number, stream: string): void => {
    const file = join(folder, id);
    writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' '${text}'${stream}\nexit ${String(code)}\n`);
    chmodSync(file, 0o755);
  };
  for (const [id, text] of Object.entries(HOOK_TEXTS)) write(id, text, 1, ' >&2');
  for (const [id, text] of Object.entries(SMI_TEXTS)) write(id, text, 255, '');
  return {
    folder,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Devices of the stand-in machine that fail, each by what really goes wrong where that can be had. */
export function describeFailures(folder: string): Readonly<Record<string, CdiEdits>> {
  const hooks = Object.keys(HOOK_TEXTS).map((id): [string, CdiEdits] => [
    id,
    { hooks: [{ hookName: 'createRuntime', path: join(folder, id) }] },
  ]);
  const programs = Object.keys(SMI_TEXTS).map((id): [string, CdiEdits] => [
    id,
    { mounts: [{ hostPath: join(folder, id), containerPath: '/usr/bin/nvidia-smi', options: ['bind', 'ro'] }] },
  ]);
  const gone = '/usr/lib/x86_64-linux-gnu/libcuda.so.550.54.15-standin';
  return {
    ...Object.fromEntries([...hooks, ...programs]),
    'cdi-stale-device': { deviceNodes: [{ path: '/dev/nvidia9', hostPath: '/dev/nvidia9-standin' }] },
    'cdi-stale-mount': { mounts: [{ hostPath: gone, containerPath: gone, options: ['bind', 'ro'] }] },
    'cdi-hook-missing': { hooks: [{ hookName: 'createRuntime', path: '/usr/bin/standin-nvidia-cdi-hook' }] },
  };
}
