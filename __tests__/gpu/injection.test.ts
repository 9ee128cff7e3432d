import { expect, test } from '@jest/globals';
import { chooseInjection, idsOf, isStandIn, whatHappened } from '../../src/gpu/injection.ts';
import { describeContainer } from '../../src/io/engine-containers.ts';
import type { EngineInfo } from '../../src/model/engine.ts';
import type { GpuMode } from '../../src/model/gpu-config.ts';

const DEVICE = 'nvidia.com/gpu=all';
const ENGINE: EngineInfo = {
  version: '28.5.2',
  apiVersion: '1.51',
  store: 'containerd',
  driver: 'overlayfs',
  rootDirectory: '/var/lib/docker',
  platform: 'linux/amd64',
  cpus: 2,
  memoryBytes: 1e9,
  cgroupVersion: '2',
  endpoint: 'unix:///x',
};
const CONFLICT = 'CDI: conflicting device "nvidia.com/gpu=all" (specs "/etc/cdi/a.yaml", "/etc/cdi/b.yaml")';

test.each<[GpuMode, Partial<EngineInfo>, string, RegExp]>([
  ['auto', { devices: [DEVICE], runtimes: ['nvidia', 'runc'] }, 'cdi', /the engine found the CDI device/],
  [
    'auto',
    { devices: [DEVICE], runtimes: ['nvidia'], warnings: [CONFLICT] },
    'runtime',
    /the engine warns of CDI: .*conflicting.*runtime nvidia/,
  ],
  [
    'auto',
    { devices: ['nvidia.com/gpu=0'], runtimes: ['runc', 'nvidia'] },
    'runtime',
    /found no CDI device nvidia.com\/gpu=all; it has/,
  ],
  ['auto', { devices: [], runtimes: ['runc'] }, 'gpus', /no runtime nvidia/],
  ['auto', {}, 'gpus', /no runtime nvidia/],
  ['auto', { devices: [DEVICE], warnings: ['No swap limit support'] }, 'cdi', /found the CDI device/],
  ['cdi', {}, 'cdi', /mode: cdi/],
  ['runtime', { devices: [DEVICE] }, 'runtime', /mode: runtime/],
  ['gpus', { devices: [DEVICE] }, 'gpus', /mode: gpus/],
])('mode %s with %j goes through %s', (mode, change, kind, why) => {
  const injection = chooseInjection({ mode, device: DEVICE }, { ...ENGINE, ...change });
  expect(injection.request.kind).toBe(kind);
  expect(injection.why).toMatch(why);
});

test.each([
  [DEVICE, []],
  ['nvidia.com/gpu=0', ['0']],
  ['nvidia.com/gpu=1:0', ['1:0']],
  ['nvidia.com/gpu=GPU-5ca1ab1e', ['GPU-5ca1ab1e']],
  ['standin.test/gpu=ok', []],
])('%s names %j', (device, ids) => {
  expect(idsOf(device)).toEqual(ids);
});

test('only CDI leaves `void` in the environment: the way that happened is known', () => {
  const gpus = chooseInjection({ mode: 'gpus', device: DEVICE }, ENGINE);
  expect([whatHappened(gpus, 'void'), whatHappened(gpus, 'all'), whatHappened(gpus, undefined)]).toEqual([
    'cdi',
    'gpus',
    'gpus',
  ]);
});

test.each([
  ['nvidia.com/gpu=all', false],
  ['management.nvidia.com/gpu=all', false],
  ['standin.test/gpu=ok', true],
  ['notnvidia.com/gpu=all', true],
])('%s is of a stand-in: %s', (device, standIn) => {
  expect(isStandIn(device)).toBe(standIn);
});

test.each([
  [{ kind: 'cdi', device: DEVICE } as const, { DeviceRequests: [{ Driver: 'cdi', DeviceIDs: [DEVICE] }] }],
  [{ kind: 'gpus', ids: [] } as const, { DeviceRequests: [{ Capabilities: [['gpu']], Count: -1 }] }],
  [{ kind: 'gpus', ids: ['0'] } as const, { DeviceRequests: [{ Capabilities: [['gpu']], DeviceIDs: ['0'] }] }],
  [{ kind: 'runtime', runtime: 'nvidia' } as const, { Runtime: 'nvidia' }],
])('%j as the engine is asked', (devices, host) => {
  const spec = { image: 'x', labels: {}, devices, shmSize: 1024, mounts: [{ source: '/a', target: '/b' }] };
  expect(describeContainer(spec)['HostConfig']).toEqual({
    ...host,
    ShmSize: 1024,
    Mounts: [{ Type: 'bind', Source: '/a', Target: '/b', ReadOnly: true }],
  });
});
