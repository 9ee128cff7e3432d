import type { GpuDevice } from '../model/gpu-verdict.ts';
import { askFields, isDead, readNumber, readRows, readValue, type SmiAnswer, type SmiEffects } from './smi.ts';

/** Newest driver first: each further one asks for less. */
const OLD = ['index', 'uuid', 'name', 'driver_version', 'memory.total', 'memory.used', 'persistence_mode'];
const USUAL = [...OLD, 'compute_cap', 'mig.mode.current'];
const DEVICE_FIELDS: readonly (readonly string[])[] = [[...USUAL, 'gpu_recovery_action'], USUAL, OLD];

const MEBIBYTE = 2 ** 20;

export interface DeviceRow extends GpuDevice {
  readonly driver: string | undefined;
  /** A value that only a lost GPU gives. */
  readonly dead: string | undefined;
  /** What the driver wants done first; undefined: nothing, or it does not say. */
  readonly recovery: string | undefined;
}

/** The GPUs of this machine, or what nvidia-smi said instead. */
export async function askDevices(
  effects: SmiEffects,
): Promise<{ readonly devices: readonly DeviceRow[] } | Exclude<SmiAnswer, { kind: 'answer' }>> {
  const { fields, answer } = await askFields(effects, 'query-gpu', DEVICE_FIELDS);
  if (answer.kind !== 'answer') return answer;
  return { devices: readRows(answer.text, fields).map(toDevice) };
}

function toDevice(row: ReadonlyMap<string, string>): DeviceRow {
  const bytes = (field: string): number | undefined => {
    const mebibytes = readNumber(row.get(field));
    return mebibytes === null ? undefined : Math.round(mebibytes * MEBIBYTE);
  };
  const dead = [...row].find(
    ([field, value]) => ['name', 'memory.total', 'memory.used'].includes(field) && isDead(value),
  );
  const recovery = readValue(row.get('gpu_recovery_action'));
  const persistence = readValue(row.get('persistence_mode'));
  const sm = readValue(row.get('compute_cap'));
  const memoryTotal = bytes('memory.total');
  const memoryUsed = bytes('memory.used');
  return {
    index: readNumber(row.get('index')) ?? -1,
    uuid: readValue(row.get('uuid')) ?? '',
    name: readValue(row.get('name')) ?? '',
    driver: readValue(row.get('driver_version')) ?? undefined,
    mig: readValue(row.get('mig.mode.current')) === 'Enabled',
    dead: dead === undefined ? undefined : `${dead[0]} ${dead[1]}`,
    recovery: recovery === null || recovery === 'None' ? undefined : recovery,
    ...(sm === null ? {} : { sm }),
    ...(memoryTotal === undefined ? {} : { memoryTotal }),
    ...(memoryUsed === undefined ? {} : { memoryUsed }),
    ...(persistence === null ? {} : { persistence: persistence === 'Enabled' }),
  };
}

/** What the report keeps of a device. */
export function toReported({ index, uuid, name, sm, memoryTotal, memoryUsed, mig, persistence }: DeviceRow): GpuDevice {
  return {
    index,
    uuid,
    name,
    mig,
    ...(sm === undefined ? {} : { sm }),
    ...(memoryTotal === undefined ? {} : { memoryTotal }),
    ...(memoryUsed === undefined ? {} : { memoryUsed }),
    ...(persistence === undefined ? {} : { persistence }),
  };
}

/** Bytes in use on all GPUs together; undefined where the driver does not say. */
export function usedMemory(devices: readonly Pick<GpuDevice, 'memoryUsed'>[]): number | undefined {
  const used = devices.flatMap(({ memoryUsed }) => (memoryUsed === undefined ? [] : [memoryUsed]));
  return used.length === 0 ? undefined : used.reduce((sum, bytes) => sum + bytes, 0);
}
