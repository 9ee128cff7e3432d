import { expect, test } from '@jest/globals';
import { explainPath, listUnavailable } from '../../src/build/unavailable.ts';
import type { EngineInfo } from '../../src/model/engine.ts';
import { plannedImage } from '../support/planned.ts';

const engine = (store: EngineInfo['store']): EngineInfo => ({
  version: '28.5.2',
  apiVersion: '1.51',
  store,
  driver: store === 'containerd' ? 'overlayfs' : 'overlay2',
  rootDirectory: '/var/lib/docker',
  platform: 'linux/amd64',
  cpus: 2,
  memoryBytes: 1e9,
  cgroupVersion: '2',
  endpoint: 'unix:///var/run/docker.sock',
});
const cache = { type: 'registry', location: 'host/api:cache' } as const;
const everything = plannedImage(
  'api',
  { provenance: 'max', compression: 'zstd', sbomGenerator: 'acme/scanner' },
  { cacheTo: [cache] },
);
const nothing = plannedImage('web', { provenance: 'off' });

test('the containerd store can do everything', () => {
  expect(listUnavailable([everything, nothing], engine('containerd'))).toEqual([]);
  expect(explainPath([everything], engine('containerd'))).toHaveLength(1);
});

test('a graph driver cannot attest, export caches or compress otherwise, and says for which images', () => {
  const notes = listUnavailable([everything, nothing], engine('graph-driver'));
  expect(notes.map((note) => note.replace(/:.*/, ''))).toEqual([
    'build provenance is not attached (api)',
    'no bill of materials is made (api)',
    'the build cache is not exported (api)',
    'compression stays gzip (api)',
  ]);
  expect(explainPath([everything], engine('graph-driver'))[0]).toContain('overlay2');
});

test('a graph driver has nothing to say about what nobody asked for', () => {
  expect(listUnavailable([nothing], engine('graph-driver'))).toEqual([]);
});
