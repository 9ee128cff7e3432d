import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { declareArtifacts } from '../../src/io/runner-artifacts.ts';
import { publishedReferences } from '../../src/report/action-outputs.ts';
import { makeFolder } from '../support/folder.ts';
import { anImageRecord, aRecord, fakeDigest } from '../support/records.ts';

const published = (reference: string) => ({
  reference,
  digest: fakeDigest(1),
  tags: [],
  uploadedBlobs: 0,
  presentBlobs: 0,
  uploadedBytes: 0,
  elapsed: 0,
  retries: [],
});

test('what a registry holds is declared where the runner listens, beside what other steps declared', async () => {
  const file = join(await makeFolder({ artifacts: 'oci://r/other@sha256:0\n' }), 'artifacts');
  const references = [`r.example/api@${fakeDigest(1)}`, `oci:/out@${fakeDigest(1)}`];
  const images = references.map((reference) => anImageRecord({ published: published(reference) }));
  await declareArtifacts(file, publishedReferences(aRecord({ images: [...images, anImageRecord()] })));
  expect(await readFile(file, 'utf8')).toBe(`oci://r/other@sha256:0\noci://r.example/api@${fakeDigest(1)}\n`);
});

test.each([undefined, ''])('a runner that offers no such file (%j) is no problem', async (file) => {
  await expect(declareArtifacts(file, ['oci://x'])).resolves.toBeUndefined();
});
