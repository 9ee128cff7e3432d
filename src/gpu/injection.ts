import type { DeviceRequest, EngineInfo } from '../model/engine.ts';
import type { GpuConfig } from '../model/gpu-config.ts';
import type { GpuVerdict } from '../model/gpu-verdict.ts';

export interface Injection {
  readonly request: DeviceRequest;
  /** Environment the legacy ways read. */
  readonly env: Readonly<Record<string, string>>;
  readonly why: string;
}

const NVIDIA = 'nvidia';

/** Which way devices are asked for; `auto` names the device explicitly wherever the engine can (gpu.md, "--gpus vs --runtime vs CDI"). */
export function chooseInjection({ mode, device }: Pick<GpuConfig, 'mode' | 'device'>, engine: EngineInfo): Injection {
  const ids = idsOf(device);
  if (mode === 'cdi') return { request: { kind: 'cdi', device }, env: {}, why: 'mode: cdi' };
  if (mode === 'gpus') return { request: { kind: 'gpus', ids }, env: {}, why: 'mode: gpus' };
  if (mode === 'runtime') return throughRuntime(ids, 'mode: runtime');
  const conflicts = (engine.warnings ?? []).filter((warning) => /\bCDI\b/i.test(warning));
  if (engine.devices?.includes(device) === true && conflicts.length === 0)
    return { request: { kind: 'cdi', device }, env: {}, why: `the engine found the CDI device ${device}` };
  const without =
    conflicts.length > 0
      ? `the engine warns of CDI: ${conflicts[0] ?? ''}`
      : `the engine found no CDI device ${device}`;
  if (engine.runtimes?.includes(NVIDIA) === true) return throughRuntime(ids, `${without}; it has the runtime nvidia`);
  return { request: { kind: 'gpus', ids }, env: {}, why: `${without}, and no runtime nvidia` };
}

function throughRuntime(ids: readonly string[], why: string): Injection {
  const visible = ids.length === 0 ? 'all' : ids.join(',');
  return { request: { kind: 'runtime', runtime: NVIDIA }, env: { NVIDIA_VISIBLE_DEVICES: visible }, why };
}

/** Indexes or UUIDs a device name stands for; empty: all of them. */
export function idsOf(device: string): readonly string[] {
  const name = device.slice(device.indexOf('=') + 1);
  return /^(\d+(:\d+)?|GPU-.*|MIG-.*)$/.test(name) ? [name] : [];
}

/** What a container sees tells what happened: only CDI leaves `void` there. */
export function whatHappened(
  { request }: Injection,
  visible: string | undefined,
): NonNullable<GpuVerdict['injection']>['happened'] {
  return request.kind === 'cdi' || visible === 'void' ? 'cdi' : request.kind;
}

/** Whether the device comes from a vendor of our own tests and not from NVIDIA. */
export function isStandIn(device: string): boolean {
  const vendor = device.slice(0, device.indexOf('/'));
  return vendor !== 'nvidia.com' && !vendor.endsWith('.nvidia.com');
}
