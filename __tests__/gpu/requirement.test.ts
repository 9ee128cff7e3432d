import { expect, test } from '@jest/globals';
import { compareRequirements, findUnmet } from '../../src/gpu/requirement.ts';
import { readCudaRequirements } from '../../src/image/cuda-requirement.ts';
import type { DeviceRow } from '../../src/gpu/devices.ts';

const DEVICE: DeviceRow = {
  ...{ index: 0, uuid: 'GPU-1', name: 'a GPU', sm: '8.9', driver: '550.54.15', mig: false },
  ...{ dead: undefined, recovery: undefined },
};
const HOST = { driver: '550.54.15', cuda: '12.4', devices: [], notes: [] };

function compare(env: readonly string[], devices: readonly DeviceRow[] = [DEVICE]) {
  return compareRequirements(readCudaRequirements(env), { host: HOST, devices });
}

test.each<[string, string]>([
  ['NVIDIA_REQUIRE_CUDA=cuda>=12.4', 'yes'],
  ['NVIDIA_REQUIRE_CUDA=cuda>=12.5 driver>=550,driver<551', 'yes'],
  ['NVIDIA_REQUIRE_CUDA=cuda>=12.5', 'no'],
  ['NVIDIA_REQUIRE_ARCH=arch>=9.0', 'no'],
  // Nobody tells the brand.
  ['NVIDIA_REQUIRE_CUDA=cuda>=13.0 brand=tesla,driver>=550,driver<551', 'open'],
  ['CUDA_VERSION=13.0.1', 'no'],
])('%s: %s', (variable, met) => {
  expect(compare([variable]).map((one) => one.met)).toEqual([met]);
});

test('an image that asks for more than a verdict holds does not hide what is not met', () => {
  const many = Array.from({ length: 60 }, (_, index) => `NVIDIA_REQUIRE_A${String(index)}=cuda>=12.0`);
  const compared = compare([...many, 'NVIDIA_REQUIRE_CUDA=cuda>=12.5']);
  expect([compared.length, compared.filter(({ met }) => met === 'no').length]).toEqual([50, 1]);
});

test('what is not met is told in the words of the toolkit, with what the machine has', () => {
  const compared = compare(['NVIDIA_REQUIRE_ARCH=arch>=8.0', 'NVIDIA_REQUIRE_CUDA=cuda>=12.5']);
  expect(findUnmet(compared, HOST)).toMatchObject({
    row: { id: 'driver-requirement' },
    seen: 'unsatisfied condition: cuda>=12.5 (NVIDIA_REQUIRE_CUDA); this machine has driver 550.54.15, CUDA 12.4',
  });
  expect(findUnmet(compare(['NVIDIA_REQUIRE_CUDA=cuda>=12.0']), HOST)).toBeUndefined();
});

test('a machine that does not say what it is leaves it open', () => {
  const silent = { ...HOST, driver: undefined, cuda: undefined };
  const requirements = readCudaRequirements(['NVIDIA_REQUIRE_CUDA=cuda>=12.5']);
  expect(
    compareRequirements(requirements, { host: { devices: silent.devices, notes: [] }, devices: [] }),
  ).toMatchObject([{ met: 'open' }]);
});
