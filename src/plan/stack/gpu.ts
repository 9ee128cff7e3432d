import type { Path } from '../../config/located.ts';
import type { Place } from '../../model/place.ts';
import type { ServiceModel } from './model.ts';

/** Where a service asks for a device that only a host with a GPU driver has; undefined when it asks for none. */
export function gpuPlace(model: ServiceModel, at: (path: Path) => Place): Place | undefined {
  const devices = model.deploy?.resources?.reservations?.devices ?? [];
  if (devices.some(({ driver, capabilities }) => driver === 'nvidia' || capabilities?.includes('gpu') === true))
    return at(['deploy', 'resources', 'reservations', 'devices']);
  if (Array.isArray(model.gpus) && model.gpus.length > 0) return at(['gpus']);
  return model.runtime === 'nvidia' ? at(['runtime']) : undefined;
}
