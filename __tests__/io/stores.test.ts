import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { askBaseSize } from '../../src/io/base-size.ts';
import { makeStores } from '../../src/io/stores.ts';
import { digestOf } from '../../src/model/digest.ts';
import { makeScriptedClock } from '../support/clock.ts';
import { makeTestContext } from '../support/registry-context.ts';
import { startRegistryDouble } from '../support/registry.ts';
import type { RegistryDouble } from '../support/registry.ts';

let registry: RegistryDouble;
beforeEach(async () => {
  registry = await startRegistryDouble();
});
afterEach(() => registry.close());

function put(name: string, document: object): string {
  const bytes = Buffer.from(JSON.stringify(document));
  const entry = { bytes, mediaType: 'application/vnd.oci.image.index.v1+json' };
  registry.manifests.set(`base/${name}`, entry);
  registry.manifests.set(`base/${digestOf(bytes)}`, entry);
  return digestOf(bytes);
}

const layer = (text: string, size: number) => ({ digest: digestOf(text), size });

test.each([
  ['linux/amd64', { bytes: 30 }],
  ['linux/arm64', { bytes: 7 }],
  ['linux/arm64/v8', { bytes: 7 }],
  ['linux/arm/v7', { bytes: 9 }],
  ['linux/s390x', { reason: 'there is no linux/s390x in it' }],
])('of an index, the layers of %s count once each', async (platform, expected) => {
  const amd64 = put('a', { layers: [layer('1', 10), layer('2', 20), layer('1', 10)] });
  const arm64 = put('b', { layers: [layer('3', 7)] });
  const arm = put('c', { layers: [layer('4', 9)] });
  put('multi', {
    manifests: [
      { digest: amd64, platform: { os: 'linux', architecture: 'amd64' } },
      { digest: arm64, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
      { digest: arm, platform: { os: 'linux', architecture: 'arm', variant: 'v7' } },
      { digest: digestOf('attestation'), platform: { os: 'unknown', architecture: 'unknown' } },
    ],
  });
  expect(await askBaseSize(`${registry.host}/base:multi`, platform, makeTestContext())).toEqual(expected);
});

test('a bare manifest has one platform, and every failure is a reason', async () => {
  put('bare', { layers: [layer('1', 10)] });
  const ask = (reference: string) => askBaseSize(reference, 'linux/amd64', makeTestContext());
  expect(await ask(`${registry.host}/base:bare`)).toEqual({ bytes: 10 });
  expect(await ask(`${registry.host}/base:gone`)).toEqual({ reason: expect.stringContaining('has no gone') });
  expect(await ask('NOT A REFERENCE')).toEqual({ reason: expect.stringContaining('is not an image reference') });
  registry.faults.push({ on: /bare/, status: 403 });
  expect(await ask(`${registry.host}/base:bare`)).toEqual({ reason: expect.stringContaining('403') });
  registry.faults.push({ on: /bare/, status: 503 });
  registry.requests.length = 0;
  expect(await ask(`${registry.host}/base:bare`)).toEqual({ reason: expect.stringContaining('503') });
  expect(registry.requests).toHaveLength(1);
  put('odd', { layers: 'many' });
  expect(await ask(`${registry.host}/base:odd`)).toEqual({ reason: expect.any(String) });
});

test('a target opens the layout or the image of the registry, and retries are told', async () => {
  const lines: string[] = [];
  const stores = makeStores({
    clock: makeScriptedClock(),
    files: {
      readText: () => Promise.reject(new Error('not read')),
      stat: () => Promise.resolve(undefined),
      writeAtomic: () => Promise.reject(new Error('not written')),
    },
    processes: { run: () => Promise.reject(new Error('not run')) },
    output: { stderr: (text) => lines.push(text) },
    env: {},
    signal: new AbortController().signal,
  });
  expect((await stores.openSink({ type: 'oci', directory: 'out/oci' }, 'api')).repository).toBe('oci:out/oci@');
  const sink = await stores.openSink({ type: 'registry', location: `${registry.host}/team/` }, 'api');
  expect(sink.repository).toBe(`${registry.host}/team/api@`);
  registry.faults.push({ on: /^HEAD/, status: 503 });
  await sink.head('v1');
  expect(lines).toEqual([
    expect.stringMatching(/^retry: HEAD .*\/v2\/team\/api\/manifests\/v1: 503; attempt 2 of 5 in /),
  ]);
  put('bare', { layers: [layer('1', 10)] });
  expect(await stores.baseSize(`${registry.host}/base:bare`, 'linux/amd64')).toEqual({ bytes: 10 });
});
