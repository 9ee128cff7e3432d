import { expect, test } from '@jest/globals';
import { findBaseLayers } from '../../src/check/base-layers.ts';
import type { Effects } from '../../src/model/effects.ts';
import { known, type DockerfileFacts } from '../../src/model/facts.ts';
import { Fault } from '../../src/model/fault.ts';
import {
  INDEX_TYPE,
  makeLayeredImage,
  makeMemoryCache,
  makeMemoryStore,
  MANIFEST_TYPE,
} from '../support/layered-image.ts';
import { writeTar } from '../support/tar-writer.ts';

const layer = (name: string) => writeTar([{ name, body: name }]);
const [A, B, C] = [layer('a'), layer('b'), layer('c')];
const store = makeMemoryStore();
const base = makeLayeredImage([A, B], {}, store);
const helper = makeLayeredImage([A], {}, store);
const image = makeLayeredImage([A, B, C], {}, store);

/** An index over the image with a provenance statement beside it. */
function attest(predicate: object, type = 'https://slsa.dev/provenance/v0.2') {
  const statement = store.putBlob('application/vnd.in-toto+json', Buffer.from(JSON.stringify({ predicate })));
  const config = store.putBlob('application/vnd.oci.image.config.v1+json', Buffer.from('{}'));
  const attestation = store.putManifest(MANIFEST_TYPE, {
    config,
    layers: [{ ...statement, annotations: { 'in-toto.io/predicate-type': type } }],
  });
  const manifest = store.manifests.get(image.digest);
  return store.putManifest(INDEX_TYPE, {
    manifests: [
      { mediaType: MANIFEST_TYPE, digest: image.digest, size: manifest?.bytes.byteLength },
      { ...attestation, annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
    ],
  }).digest;
}
const material = (name: string, digest: string) => ({
  uri: `pkg:docker/${name}?platform=linux%2Famd64`,
  digest: { sha256: digest.slice('sha256:'.length) },
});

function makeAsking(registry: Readonly<Record<string, typeof base>> = {}) {
  const asked: string[] = [];
  const openImage = (reference: string) => {
    asked.push(reference);
    const found = registry[reference];
    if (found === undefined) return Promise.reject(new Fault(`there is no image ${reference}`));
    return Promise.resolve({ source: found.store, digest: found.digest, how: 'test' });
  };
  const effects = { cache: makeMemoryCache(), stores: { openImage } } as unknown as Effects;
  return { effects, asked };
}
const question = { source: store, platform: 'linux/amd64' };

test.each([
  ['SLSA 0.2', (materials: object[]) => attest({ materials })],
  [
    'SLSA 1',
    (materials: object[]) =>
      attest({ buildDefinition: { resolvedDependencies: materials } }, 'https://slsa.dev/provenance/v1'),
  ],
])('the material that shares most layers is the base: %s', async (_, write) => {
  const digest = write([material('tools@1', helper.digest), material('python@3.11-slim', base.digest)]);
  const { effects, asked } = makeAsking();
  expect(await findBaseLayers(effects, { ...question, digest })).toEqual({
    baseDiffIds: base.diffIds,
    baseSource: 'python:3.11-slim',
  });
  // the base lies in the same store: no registry is asked
  expect(asked).toEqual([]);
});

test('a base that is not in the store is asked of its registry, once', async () => {
  const far = makeLayeredImage([A, B], { config: { User: 'far' } });
  const digest = attest({ materials: [material('127.0.0.1:5000/library/python@3', far.digest)] });
  const { effects, asked } = makeAsking({ [`127.0.0.1:5000/library/python@${far.digest}`]: far });
  const first = await findBaseLayers(effects, { ...question, digest });
  expect(first.baseDiffIds).toEqual(base.diffIds);
  expect(await findBaseLayers(effects, { ...question, digest })).toEqual(first);
  expect(asked).toHaveLength(1);
});

test('an unknown base is said and no error', async () => {
  const digest = attest({ materials: [material('gone@1', `sha256:${'0'.repeat(64)}`)] });
  expect(await findBaseLayers(makeAsking().effects, { ...question, digest })).toEqual({
    baseSource: 'the layers of gone:1 could not be asked for',
  });
});

test('a material that shares no layer is no base', async () => {
  const other = makeLayeredImage([C], {}, store);
  const digest = attest({ materials: [material('other@1', other.digest), { uri: 'https://example.com/x.git' }, {}] });
  const { baseDiffIds, baseSource } = await findBaseLayers(makeAsking().effects, { ...question, digest });
  expect(baseDiffIds).toBeUndefined();
  expect(baseSource).toMatch(/shares a layer/);
});

test('without provenance the Dockerfile names the base', async () => {
  const stage = { line: 1, reachable: true, base: 'x' };
  const stages = [
    { ...stage, reference: 'python:3' },
    { ...stage, reference: 'left-out', reachable: false },
    { ...stage, reference: 'scratch' },
  ];
  const dockerfile = known({
    file: 'Dockerfile',
    stages,
    instructions: [],
    missingSources: [],
  } satisfies DockerfileFacts);
  const { effects, asked } = makeAsking({ 'python:3': base });
  const found = await findBaseLayers(effects, { ...question, digest: image.digest, dockerfile });
  expect(found).toEqual({ baseDiffIds: base.diffIds, baseSource: 'python:3' });
  expect(asked).toEqual(['python:3']);
});

test('a base the user names has to be there', async () => {
  const { effects } = makeAsking({ mine: helper });
  const asked = { ...question, digest: image.digest };
  expect(await findBaseLayers(effects, { ...asked, base: 'mine' })).toMatchObject({ baseDiffIds: helper.diffIds });
  await expect(findBaseLayers(effects, { ...asked, base: 'absent' })).rejects.toThrow('there is no image absent');
});

test('damaged provenance is no base and no exception', async () => {
  const digest = attest({ materials: 'nonsense' });
  expect((await findBaseLayers(makeAsking().effects, { ...question, digest })).baseSource).toMatch(/not known/);
});
