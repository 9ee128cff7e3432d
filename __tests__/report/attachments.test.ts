import { expect, test } from '@jest/globals';
import { IN_TOTO_ARTIFACT, RECORD_ARTIFACT, SLSA_PROVENANCE, TEST_RESULT } from '../../src/model/artifact.ts';
import { attachmentLines } from '../../src/report/attachments.ts';
import { fakeDigest } from '../support/records.ts';

const digest = fakeDigest(1);
const published = (reference: string) => ({
  reference,
  digest,
  tags: [],
  uploadedBlobs: 0,
  presentBlobs: 0,
  uploadedBytes: 0,
  elapsed: 0,
  retries: [],
  attached: [
    { artifactType: RECORD_ARTIFACT, digest },
    { artifactType: IN_TOTO_ARTIFACT, predicateType: TEST_RESULT, digest },
    { artifactType: IN_TOTO_ARTIFACT, predicateType: SLSA_PROVENANCE, digest },
    { artifactType: 'application/spdx+json', digest },
  ],
});

test.each([
  [`r.example/team/api@${digest}`, `r.example/team/api@${digest}`],
  [`oci:/out/oci@${digest}`, `oci:/out/oci:${digest}`],
])('what is attached to %s, unsigned, and how it is checked', (reference, named) => {
  expect(attachmentLines(published(reference))).toEqual([
    `attached: record, verdict, provenance, bill of materials (unsigned); slipway verify ${named}`,
  ]);
});

test('what was refused is told, and nothing is nothing', () => {
  expect(attachmentLines({ ...published('x'), attached: [], notAttached: ['no artifacts here'] })).toEqual([
    'not attached: no artifacts here',
  ]);
});
