import type { FleetGpu } from '../../model/gpu-config.ts';
import { cudaOfDriver, driverOfCuda, oldestDriverFor, oldestForwardDriver } from '../../image/cuda-drivers.ts';
import { versionOf } from './gpu-targets.ts';
import { compareDotted, type CudaHost } from '../../image/cuda-requirement.ts';

/** A machine the image will meet, as far as somebody declared it. */
export type DeclaredGpu = Pick<FleetGpu, 'driver'> & Partial<FleetGpu>;

/** Cards whose driver refuses forward compatibility (docs.nvidia.com: data center GPUs and some NGC-ready RTX ones). */
const CONSUMER = /geforce|gtx|titan|rtx[-_ ]?[2-5]0[5-9]0/i;

/** `l4 (sm_89, driver 550, CUDA 12.4)`. */
export function describeGpu({ name, sm, driver }: DeclaredGpu): string {
  const cuda = cudaOfDriver(driver);
  const parts = [
    ...(sm === undefined ? [] : [`sm_${String(versionOf(sm))}`]),
    `driver ${driver}`,
    ...(cuda === undefined ? [] : [`CUDA ${cuda}`]),
  ];
  return `${name ?? 'the declared machine'} (${parts.join(', ')})`;
}

/** What a requirement can be held against. */
export function hostOf({ sm, driver }: DeclaredGpu, brand: string | undefined): CudaHost {
  const cuda = cudaOfDriver(driver);
  return {
    driver,
    ...(cuda === undefined ? {} : { cuda }),
    ...(sm === undefined ? {} : { arch: sm }),
    ...(brand === undefined ? {} : { brand }),
  };
}

/** The driver a machine needs for programs of this CUDA version; undefined when its own will do, through libraries in the image where they are meant for that. */
export function missingDriver(gpu: DeclaredGpu, version: string, forwardLibraries: boolean): string | undefined {
  const oldest = oldestDriverFor(version);
  if (oldest === undefined || compareDotted(gpu.driver, oldest) >= 0) return undefined;
  const forward = oldestForwardDriver(version);
  const carried = forwardLibraries && !CONSUMER.test(gpu.name ?? '');
  return carried && forward !== undefined && compareDotted(gpu.driver, forward) >= 0 ? undefined : oldest;
}

/** Both ways out: a newer driver there, or an older base here. */
export function remedyBoth(gpu: DeclaredGpu, version: string): string {
  const needed = driverOfCuda(version) ?? oldestDriverFor(version);
  const offered = cudaOfDriver(gpu.driver);
  const update = needed === undefined ? 'Update its driver' : `Update its driver to ${needed} or newer`;
  return `${update}, or build on ${offered === undefined ? 'an older CUDA' : `CUDA ${offered} or older`}.`;
}
