import type { GpuVerdict } from '../model/gpu-verdict.ts';
import { askDevices, usedMemory } from './devices.ts';
import type { StageEffects } from './job.ts';

const WITHIN = 15_000;
const PAUSE = 1000;
/** What the driver itself may keep after a first use. */
const TOLERANCE = 64 * 2 ** 20;

/** Waits until the GPU's memory is what it was before; undefined where the driver does not tell. */
export async function awaitRelease(
  effects: Pick<StageEffects, 'processes' | 'clock'>,
  baseline: number | undefined,
): Promise<GpuVerdict['leftOver']> {
  if (baseline === undefined) return undefined;
  const begin = effects.clock.monotonic();
  for (;;) {
    const found = await askDevices(effects);
    const used = 'devices' in found ? usedMemory(found.devices) : undefined;
    if (used === undefined) return undefined;
    const after = effects.clock.monotonic() - begin;
    if (used <= baseline + TOLERANCE) return { released: true, after };
    if (after >= WITHIN) return { released: false, after, bytes: used - baseline };
    await effects.clock.sleep(PAUSE);
  }
}
