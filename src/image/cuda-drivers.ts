import { compareDotted } from './cuda-requirement.ts';

/**
 * The oldest driver branch that ships each CUDA version, newest first (docs.nvidia.com, CUDA Toolkit release notes, table "driver versions";
 * 13.3 as `nvidia-smi` of driver 610.57.04 says).
 */
const SHIPPED: readonly (readonly [cuda: string, driver: string])[] = [
  ['13.3', '610'],
  ['13.2', '595'],
  ['13.1', '590'],
  ['13.0', '580'],
  ['12.9', '575'],
  ['12.8', '570'],
  ['12.6', '560'],
  ['12.5', '555'],
  ['12.4', '550'],
  ['12.3', '545'],
  ['12.2', '535'],
  ['12.1', '530'],
  ['12.0', '525'],
  ['11.8', '520'],
  ['11.7', '515'],
  ['11.6', '510'],
  ['11.5', '495'],
  ['11.4', '470'],
  ['11.3', '465'],
  ['11.2', '460'],
  ['11.1', '455'],
  ['11.0', '450'],
];

/** The CUDA version a driver offers, as nvidia-smi shows it; undefined for drivers older or newer than the table. */
export function cudaOfDriver(driver: string): string | undefined {
  const [branch = ''] = driver.split('.');
  if (compareDotted(branch, SHIPPED[0]?.[1] ?? '') > 0) return undefined;
  return SHIPPED.find(([, oldest]) => compareDotted(driver, oldest) >= 0)?.[0];
}

/** The oldest driver branch that offers a CUDA version; undefined for versions outside the table. */
export function driverOfCuda(cuda: string): string | undefined {
  return SHIPPED.findLast(([version]) => compareDotted(version, cuda) >= 0)?.[1];
}

/** The oldest driver that runs programs of a CUDA major version (minor version compatibility, docs.nvidia.com). */
export function oldestDriverFor(cuda: string): string | undefined {
  return { 11: '450', 12: '525', 13: '580' }[majorOf(cuda)];
}

/**
 * The oldest driver on which the forward compatibility package of a CUDA major version works; data center GPUs only
 * (the driver branches that NVIDIA_REQUIRE_CUDA of nvidia/cuda 11.8, 12.8 and 13.0 names).
 */
export function oldestForwardDriver(cuda: string): string | undefined {
  return { 11: '418', 12: '470', 13: '535' }[majorOf(cuda)];
}

function majorOf(cuda: string): string {
  return cuda.split('.', 1)[0] ?? '';
}
