import { compareDotted } from './requirement.ts';

/** The oldest driver branch that ships each CUDA version (docs.nvidia.com, CUDA Toolkit release notes, table "driver versions"), newest first. */
const SHIPPED: readonly (readonly [cuda: string, driver: string])[] = [
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

/** The CUDA version a driver offers, as nvidia-smi shows it; undefined for drivers older than the table. */
export function cudaOfDriver(driver: string): string | undefined {
  return SHIPPED.find(([, oldest]) => compareDotted(driver, oldest) >= 0)?.[0];
}

/** The oldest driver that runs programs of a CUDA major version (minor version compatibility, docs.nvidia.com). */
export function oldestDriverFor(cuda: string): string | undefined {
  return { 11: '450', 12: '525', 13: '580' }[cuda.split('.', 1)[0] ?? ''];
}
