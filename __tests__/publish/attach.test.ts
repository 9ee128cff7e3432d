import { expect, test } from '@jest/globals';
import { POLICY_ANNOTATION, RECORD_ARTIFACT, type Artifact } from '../../src/model/artifact.ts';
import { Fault } from '../../src/model/fault.ts';
import type { StoredManifest } from '../../src/model/image.ts';
import { attachArtifact } from '../../src/publish/attach.ts';
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
