import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openLayoutSink, openLayoutSource, listLayoutImages } from '../../src/io/oci-layout.ts';
import { makeFiles } from '../../src/io/files.ts';
import { openRegistrySink, openRegistrySource } from '../../src/io/registry.ts';
import { digestOf } from '../../src/model/digest.ts';
import type { Referrer } from '../../src/model/image.ts';
import { makeFolder } from '../support/folder.ts';
import { startRegistryDouble, type RegistryDouble } from '../support/registry.ts';
import { makeTestContext } from '../support/registry-context.ts';

const TYPE = 'application/vnd.example.thing.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const ROOT = Buffer.from('{"schemaVersion":2,"layers":[]}');
const SUBJECT = digestOf(ROOT);

function makeReferrer(text: string, artifactType = TYPE): Referrer {
  const bytes = Buffer.from(JSON.stringify({ text, subject: { digest: SUBJECT } }));
  return { manifest: { bytes, mediaType: MANIFEST, digest: digestOf(bytes) }, artifactType, annotations: { text } };
}

let registry: RegistryDouble;
beforeEach(async () => {
  registry = await startRegistryDouble();
});
afterEach(() => registry.close());

test('a registry without the referrers API gets the fallback tag, which keeps what others put there', async () => {
  const sink = openRegistrySink(`${registry.host}/team/api`, makeTestContext());
  const tag = `team/api/${SUBJECT.replace(':', '-')}`;
  registry.manifests.set(tag, {
    bytes: Buffer.from(JSON.stringify({ manifests: [{ mediaType: 'x', digest: SUBJECT, size: 1, other: true }] })),
    mediaType: 'application/vnd.oci.image.index.v1+json',
  });
  for (const referrer of [makeReferrer('one'), makeReferrer('two'), makeReferrer('one'), makeReferrer('three', 'y')]) {
    await sink.putReferrer(SUBJECT, referrer);
  }
  expect((await sink.referrers(SUBJECT, TYPE)).map(({ annotations }) => annotations)).toEqual([
    { text: 'one' },
    { text: 'two' },
  ]);
  const source = openRegistrySource(`${registry.host}/team/api`, makeTestContext());
  expect(await source.referrers?.(SUBJECT, 'y')).toHaveLength(1);
  expect(registry.manifests.get(tag)?.bytes.toString()).toContain('"other":true');
});

test('referrers that are sent at the same time are all listed, by one change of the fallback tag', async () => {
  const sink = openRegistrySink(`${registry.host}/team/api`, makeTestContext());
  const texts = ['one', 'two', 'three', 'one'];
  await Promise.all(texts.map((text) => sink.putReferrer(SUBJECT, makeReferrer(text))));
  const listed = (await sink.referrers(SUBJECT, TYPE)).map(({ annotations }) => annotations?.['text']);
  expect(listed).toEqual(['one', 'two', 'three']);
  const tag = SUBJECT.replace(':', '-');
  expect(registry.requests.filter((request) => request === `PUT /v2/team/api/manifests/${tag}`)).toHaveLength(1);
});

test('one of several that is refused is told to its sender, the others are listed', async () => {
  registry.faults.push({ on: /^PUT .*\/manifests\/sha256:/, status: 400 });
  const sink = openRegistrySink(`${registry.host}/team/api`, makeTestContext());
  const sent = ['one', 'two', 'three'].map((text) => sink.putReferrer(SUBJECT, makeReferrer(text)));
  const results = await Promise.allSettled(sent);
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  expect(await sink.referrers(SUBJECT, TYPE)).toHaveLength(2);
});

test('a registry with the API is asked, and gets no fallback tag', async () => {
  const body = JSON.stringify({ manifests: [{ mediaType: MANIFEST, digest: SUBJECT, size: 1, artifactType: TYPE }] });
  registry.faults.push(
    { on: /^PUT .*\/manifests\/sha256:/, status: 201, headers: { 'oci-subject': SUBJECT } },
    { on: /^GET .*\/referrers\//, status: 200, body },
  );
  const sink = openRegistrySink(`${registry.host}/team/api`, makeTestContext());
  await sink.putReferrer(SUBJECT, makeReferrer('one'));
  expect(registry.requests.filter((request) => request.startsWith('PUT'))).toHaveLength(1);
  expect(await sink.referrers(SUBJECT, TYPE)).toEqual([
    { mediaType: MANIFEST, digest: SUBJECT, size: 1, artifactType: TYPE },
  ]);
});

test('a fallback tag that is no index is a fault', async () => {
  registry.manifests.set(`team/api/${SUBJECT.replace(':', '-')}`, { bytes: Buffer.from('[]'), mediaType: 'x' });
  const sink = openRegistrySink(`${registry.host}/team/api`, makeTestContext());
  await expect(sink.putReferrer(SUBJECT, makeReferrer('one'))).rejects.toThrow(/is no index of referrers/);
});

test('a layout keeps referrers that are sent at the same time in their order', async () => {
  const directory = await makeFolder({});
  const sink = openLayoutSink(directory, makeFiles({ temporary: directory }), 'api');
  const texts = ['one', 'two', 'three'];
  await Promise.all(texts.map((text) => sink.putReferrer(SUBJECT, makeReferrer(text))));
  expect((await sink.referrers(SUBJECT, TYPE)).map(({ annotations }) => annotations?.['text'])).toEqual(texts);
});

test('a layout lists referrers without a name and apart from its images', async () => {
  const directory = await makeFolder({});
  const sink = openLayoutSink(directory, makeFiles({ temporary: directory }), 'api');
  await sink.putManifest('main', { bytes: ROOT, mediaType: MANIFEST, digest: SUBJECT });
  await sink.putReferrer(SUBJECT, makeReferrer('one'));
  await sink.putReferrer(SUBJECT, makeReferrer('one'));
  await sink.putReferrer(SUBJECT, makeReferrer('two', 'y'));
  expect(await openLayoutSource(directory).referrers?.(SUBJECT, TYPE)).toMatchObject([
    { digest: makeReferrer('one').manifest.digest, annotations: { text: 'one' } },
  ]);
  expect(await sink.referrers(digestOf('other'), TYPE)).toEqual([]);
  expect((await listLayoutImages(directory)).map(({ names }) => names)).toEqual([['api:main']]);
  expect(await sink.listTags()).toEqual(['main']);
  expect(JSON.parse(await readFile(join(directory, 'index.json'), 'utf8'))).toMatchObject({ manifests: [{}, {}, {}] });
});
