import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cudaOfDriver, driverOfCuda, oldestDriverFor, oldestForwardDriver } from '../../src/image/cuda-drivers.ts';
import {
  compareDotted,
  meetsCudaRequirement,
  parseCudaRequirement,
  type CudaHost,
} from '../../src/image/cuda-requirement.ts';

// The shape of the value in NVIDIA's own CUDA images.
const REAL = 'cuda>=12.4 brand=tesla,driver>=470,driver<471 brand=unknown,driver>=535,driver<536';

function meets(text: string, host: CudaHost): boolean | undefined {
  return meetsCudaRequirement(parseCudaRequirement('NVIDIA_REQUIRE_CUDA', text), host);
}

test.each<[string, CudaHost, boolean | undefined]>([
  [REAL, { cuda: '12.4', driver: '550.54.15' }, true],
  [REAL, { cuda: '12.10', driver: '580' }, true],
  [REAL, { cuda: '11.4', driver: '470.199.02', brand: 'tesla' }, true],
  [REAL, { cuda: '11.4', driver: '470.199.02', brand: 'geforce' }, false],
  // Only the brand is missing to know.
  [REAL, { cuda: '11.4', driver: '470.199.02' }, undefined],
  [REAL, { cuda: '12.1', driver: '530.30.02' }, false],
  ['cuda>=9.0', {}, undefined],
  ['brand!=tesla', { brand: 'tesla' }, false],
  ['arch>7.5', { arch: '7.5' }, false],
  ['arch<=7.5', { arch: '7.5' }, true],
  ['driver=535', { driver: '535.0' }, true],
  ['', { cuda: '1' }, true],
])('%s on %p: %s', (text, host, expected) => {
  expect(meets(text, host)).toBe(expected);
});

test('what is no constraint is told and left out', () => {
  expect(parseCudaRequirement('NVIDIA_REQUIRE_X', 'cuda>=12.4,banana os=linux cuda==12')).toMatchObject({
    groups: [[{ property: 'cuda', operator: '>=', value: '12.4' }]],
    unread: ['banana', 'os=linux', 'cuda==12'],
  });
});

test('more knowledge never turns a no into a yes', () => {
  const property = fc.constantFrom('cuda', 'driver', 'arch');
  const constraint = fc
    .tuple(property, fc.constantFrom('=', '!=', '<', '<=', '>', '>='), fc.nat(5))
    .map(([name, operator, value]) => `${name}${operator}${String(value)}`);
  const group = fc.array(constraint, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(','));
  const text = fc.array(group, { maxLength: 3 }).map((groups) => groups.join(' '));
  const number = fc.nat(5).map(String);
  fc.assert(
    fc.property(text, number, number, number, (value, cuda, driver, arch) => {
      const partly = meets(value, { cuda });
      if (partly !== undefined) expect(meets(value, { cuda, driver, arch })).toBe(partly);
      expect(meets(value, { cuda, driver, arch })).not.toBeUndefined();
    }),
  );
});

test('numbers between dots are compared as numbers', () => {
  expect(Math.sign(compareDotted('12.10', '12.9'))).toBe(1);
  expect(compareDotted('12', '12.0')).toBe(0);
});

test.each([
  ['535.104.05', '12.2'],
  ['529.99', '12.0'],
  ['610.57.04', '13.3'],
  // Newer than the table: nobody can say.
  ['900', undefined],
  ['440', undefined],
])('driver %s offers CUDA %s', (driver, cuda) => {
  expect(cudaOfDriver(driver)).toBe(cuda);
});

test.each([
  ['12.4', '525'],
  ['11.8', '450'],
  ['13.0', '580'],
  ['9.0', undefined],
])('CUDA %s needs driver %s', (cuda, driver) => {
  expect(oldestDriverFor(cuda)).toBe(driver);
});

test.each([
  ['12.4', '550'],
  ['12.7', '570'],
  ['13.9', undefined],
])('CUDA %s comes with driver %s', (cuda, driver) => {
  expect(driverOfCuda(cuda)).toBe(driver);
});

test('forward compatibility has an oldest driver of its own', () => {
  expect(['11.8', '12.8', '13.0', '10.0'].map(oldestForwardDriver)).toEqual(['418', '470', '535', undefined]);
});
