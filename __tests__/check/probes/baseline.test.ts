import { expect, test } from '@jest/globals';
import { type BaselineNeed, type BaselinePlace, findBaseline } from '../../../src/check/probes/baseline.ts';
import { RECORD_ARTIFACT } from '../../../src/model/artifact.ts';
import type { Effects } from '../../../src/model/effects.ts';
import { digestOf } from '../../../src/model/digest.ts';
import { Fault } from '../../../src/model/fault.ts';
import { noteRefusal } from '../../../src/model/identity.ts';
import type { Descriptor } from '../../../src/model/image.ts';
import { CONFIG_TYPE, makeLayeredImage, MANIFEST_TYPE } from '../../support/layered-image.ts';
import { anImageRecord, aRecord } from '../../support/records.ts';
import { writeTar } from '../../support/tar-writer.ts';

const TAR = writeTar([{ name: 'a', body: 'x'.repeat(4000) }]);
const image = makeLayeredImage([TAR, TAR]);
const download = image.configDescriptor.size + (image.layers[0]?.size ?? 0);
const PLACE: BaselinePlace = {
  target: { type: 'registry', location: 'registry.example.com/team' },
  image: 'api',
  tag: 'main',
  branch: 'main',
};

/** A manifest whose only layer is the text. */
function attach(text: string, created: string): Descriptor {
  const config = image.store.putBlob(CONFIG_TYPE, Buffer.from('{}'));
  const content = image.store.putBlob(RECORD_ARTIFACT, Buffer.from(text));
  const stored = image.store.putManifest(MANIFEST_TYPE, { config, layers: [content] });
  return { ...stored, artifactType: RECORD_ARTIFACT, annotations: { 'org.opencontainers.image.created': created } };
}
function recordOf(change: { readonly platform?: string; readonly manifest?: string }): string {
  const sizes = {
    download: 777,
    unpacked: 999,
    layers: [{ digest: image.layers[0]?.digest, diffId: image.diffIds[0], compressed: 1, unpacked: 500, base: false }],
  };
  const digests = { manifest: change.manifest ?? image.digest, config: image.configDescriptor.digest };
  const { platform = 'linux/amd64' } = change;
  return JSON.stringify(aRecord({ images: [anImageRecord({ platform, digests, sizes } as never)] }));
}

const OTHER = `sha256:${'1'.repeat(64)}`;
type Find = Effects['stores']['findImage'];

function ask(
  referrers: readonly Descriptor[],
  { place = PLACE, find, need = 'judged' }: { place?: BaselinePlace; find?: Find; need?: BaselineNeed } = {},
) {
  const source = { ...image.store, referrers: () => Promise.resolve(referrers) };
  const opened = { source, digest: image.digest, how: 'test' };
  const findImage: Find =
    find ?? ((reference) => Promise.resolve(reference.endsWith('/team/api:main') ? opened : undefined));
  const listLayout = () => Promise.reject(new Fault('this folder is no layout'));
  return findBaseline(
    { stores: { findImage, listLayout } as unknown as Effects['stores'] },
    place,
    'linux/amd64',
    need,
  );
}

test('sizes come from the newest record that can be read and is about these bytes', async () => {
  const referrers = [
    attach(recordOf({}), '2030-01-01'),
    attach(recordOf({ manifest: OTHER }), '2030-01-02'),
    attach('nonsense', '2030-01-03'),
  ];
  expect(await ask(referrers)).toMatchObject({
    state: 'known',
    value: { downloadBytes: 777, unpackedBytes: 999, branch: 'main', layers: [{ unpackedBytes: 500 }, {}] },
  });
});

test.each([
  ['no record', []],
  ['a record of another platform', [attach(recordOf({ platform: 'linux/arm64' }), '1')]],
])('%s: the manifest knows the compressed sizes', async (_, referrers) => {
  const fact = await ask(referrers);
  expect(fact).toMatchObject({ state: 'known', value: { downloadBytes: download } });
  expect(fact.state === 'known' && 'unpackedBytes' in fact.value).toBe(false);
});

const refusing: Find = () =>
  Promise.reject(noteRefusal(new Fault('GET x: 403 DENIED'), { step: 'registry', text: '' }));

test.each<[string, Parameters<typeof ask>[1], RegExp]>([
  [
    'a tag that is not there',
    { place: { ...PLACE, tag: 'trunk' } },
    /main has published no registry\.\S+\/team\/api:trunk/,
  ],
  [
    'no layout yet',
    { place: { ...PLACE, target: { type: 'oci', directory: '/x' } } },
    /main has published no api:main/,
  ],
  ['a place that is not known', { place: { unknown: 'the base branch is not known' } }, /the base branch is not/],
  ['a registry that this run may not read', { find: refusing }, /GET x: 403 DENIED/],
])('%s is skipped with its reason', async (_, options, says) => {
  const fact = await ask([], options);
  expect(fact).toMatchObject({ state: 'skipped', reason: expect.stringMatching(/^no baseline: /) });
  expect(fact).toMatchObject({ reason: expect.stringMatching(says) });
});

const failing: Find = () => Promise.reject(new Fault('GET x: 503', { kind: 'environment' }));
const damaged: Find = () =>
  Promise.resolve({ source: image.store, digest: digestOf('gone'), how: 'a tag that points to nothing' });

test.each<[string, readonly Descriptor[], Find | undefined, RegExp, boolean]>([
  ['a record of other bytes', [attach(recordOf({ manifest: OTHER }), '1')], undefined, /is about other bytes/, false],
  ['a record of another version', [attach('{"schema":"slipway-record/v9"}', '1')], undefined, /v9/, false],
  ['a record that is no JSON', [attach('nonsense', '1')], undefined, /cannot be read/, false],
  ['a record that is gone', [{ ...attach('x', '1'), digest: digestOf('gone') }], undefined, /is not there/, false],
  ['an image that is gone', [], damaged, /is not there/, false],
  ['a registry that fails', [], failing, /503/, true],
])('%s leaves it undecided, and skipped where nothing is declared', async (_, referrers, find, says, environment) => {
  const options = find === undefined ? {} : { find };
  expect(await ask(referrers, options)).toMatchObject({
    state: 'undecided',
    environment,
    reason: expect.stringMatching(says),
  });
  expect(await ask(referrers, { ...options, need: 'told' })).toMatchObject({ state: 'skipped' });
});

test('a bug is no verdict', async () => {
  await expect(ask([], { find: () => Promise.reject(new TypeError('bug')) })).rejects.toThrow('bug');
});
