import { expect, test } from '@jest/globals';
import { POLICY_ANNOTATION, RECORD_ARTIFACT, type Artifact } from '../../src/model/artifact.ts';
import { Fault } from '../../src/model/fault.ts';
import type { StoredManifest } from '../../src/model/image.ts';
import { attachArtifacts } from '../../src/publish/attach.ts';
import { attachArtifact } from '../support/attach.ts';
import { digestOf } from '../../src/model/digest.ts';
import { makeMemorySink } from '../support/memory-sink.ts';

const BYTES = Buffer.from('{"schemaVersion":2}');
const ROOT: StoredManifest = {
  bytes: BYTES,
  mediaType: 'application/vnd.oci.image.index.v1+json',
  digest: digestOf(BYTES),
};
const artifact = (text: string, policy = 'p1'): Artifact => ({
  artifactType: RECORD_ARTIFACT,
  bytes: Buffer.from(text),
  annotations: { [POLICY_ANNOTATION]: policy },
});

test('the artifact is stored with the root as its subject, its blobs before it', async () => {
  const sink = makeMemorySink();
  const attachment = await attachArtifact(sink, ROOT, artifact('record'));
  if (!('attached' in attachment)) throw new Error('refused');
  expect(sink.log.map((line) => line.split(' ')[0])).toEqual(['blob', 'blob', 'referrer']);
  const stored = sink.manifests.get(attachment.attached.digest);
  expect(JSON.parse(Buffer.from(stored?.bytes ?? []).toString('utf8'))).toMatchObject({
    artifactType: RECORD_ARTIFACT,
    config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf('{}'), size: 2 },
    layers: [{ mediaType: RECORD_ARTIFACT, digest: digestOf('record'), size: 6 }],
    subject: { mediaType: ROOT.mediaType, digest: ROOT.digest, size: BYTES.length },
  });
});

test('a second publish of the same digest under the same policy adds nothing, another policy does', async () => {
  const sink = makeMemorySink();
  const first = await attachArtifact(sink, ROOT, artifact('record'));
  const before = sink.log.length;
  expect(await attachArtifact(sink, ROOT, artifact('a later record'))).toEqual(first);
  expect(sink.log).toHaveLength(before);
  await attachArtifact(sink, ROOT, artifact('a later record', 'p2'));
  expect(await sink.referrers(ROOT.digest, RECORD_ARTIFACT)).toHaveLength(2);
});

test('a registry that refuses artifacts is told about; one that is down is not ignored', async () => {
  const refusing = makeMemorySink({ putReferrer: () => Promise.reject(new Fault('no artifacts here')) });
  expect(await attachArtifact(refusing, ROOT, artifact('record'))).toEqual({ refused: 'no artifacts here' });
  const down = makeMemorySink({ putReferrer: () => Promise.reject(new Fault('502', { kind: 'environment' })) });
  await expect(attachArtifact(down, ROOT, artifact('record'))).rejects.toThrow('502');
});

test('several are attached at the same time, the empty config once, and a required one that fails stops the publish', async () => {
  const sink = makeMemorySink();
  const statement = { ...artifact('statement'), artifactType: 'application/vnd.in-toto+json' };
  const [, second] = await attachArtifacts(sink, ROOT, [artifact('record'), statement]);
  expect(second).toMatchObject({ attached: { artifactType: 'application/vnd.in-toto+json' } });
  const [kind, blobs] = [(line: string) => line.split(' ')[0], sink.log.slice(0, 3)];
  expect(sink.log.map(kind)).toEqual(['blob', 'blob', 'blob', 'referrer', 'referrer']);
  expect(blobs.filter((line) => line.endsWith(digestOf('{}')))).toHaveLength(1);

  const failing = { ...statement, make: () => Promise.reject(new Fault('no signature')) };
  const partly = makeMemorySink();
  const late = (demand: 'optional' | 'required') =>
    attachArtifacts(partly, ROOT, [artifact('record'), { ...failing, demand }]);
  expect(await late('optional')).toMatchObject([{ attached: {} }, { refused: 'no signature' }]);
  await expect(late('required')).rejects.toThrow('no signature');
});

test('what is no fault of anybody is thrown on', async () => {
  const broken = makeMemorySink({ putReferrer: () => Promise.reject(new TypeError('a bug')) });
  await expect(attachArtifacts(broken, ROOT, [artifact('record')])).rejects.toThrow(TypeError);
});

test('a list of referrers that cannot be read keeps every artifact away', async () => {
  const sink = makeMemorySink({ referrers: () => Promise.reject(new Fault('not an index')) });
  const two = [artifact('record'), artifact('other', 'p2')];
  expect(await attachArtifacts(sink, ROOT, two)).toEqual(two.map(() => ({ refused: 'not an index' })));
  expect(await attachArtifacts(sink, ROOT, [])).toEqual([]);
});
