import { expect, test } from '@jest/globals';
import { makeFiles } from '../../src/io/files.ts';
import { openLayoutSink, openLayoutSource } from '../../src/io/oci-layout.ts';
import {
  type Artifact,
  CREATED_ANNOTATION,
  IN_TOTO_ARTIFACT,
  POLICY_ANNOTATION,
  RECORD_ARTIFACT,
} from '../../src/model/artifact.ts';
import { digestOf } from '../../src/model/digest.ts';
import type { ImageRecord, RunRecord } from '../../src/model/record.ts';
import { attachArtifact } from '../support/attach.ts';
import { makeProvenance } from '../../src/publish/provenance.ts';
import { makeTestResult } from '../../src/publish/test-result.ts';
import { verifyImage } from '../../src/publish/verify.ts';
import { makeFolder } from '../support/folder.ts';
import { anImageRecord, anOutcome, aRecord, fakeDigest } from '../support/records.ts';

const BYTES = Buffer.from('{"schemaVersion":2,"layers":[]}');
const ROOT = { bytes: BYTES, mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: digestOf(BYTES) };
const POLICY = 'a'.repeat(64);
const CONTEXT = { name: 'api', digest: ROOT.digest, policyHash: POLICY, created: '2026-01-02T03:05:05.000Z' };
const ORIGIN = { builder: 'https://github.com/octo-org/slipway/.github/workflows/images.yml@refs/tags/v1', job: {} };

function recordOf(image: Partial<ImageRecord> = {}, record: Partial<RunRecord> = {}) {
  const digests = { manifest: ROOT.digest, config: fakeDigest(3) };
  const own = anImageRecord({ digests, ...image });
  return { record: aRecord({ images: [own], ...record }), image: own };
}
const asArtifact = (record: RunRecord, policyHash = POLICY, created = CONTEXT.created): Artifact => ({
  artifactType: RECORD_ARTIFACT,
  bytes: Buffer.from(JSON.stringify(record)),
  annotations: { [POLICY_ANNOTATION]: policyHash, [CREATED_ANNOTATION]: created },
});

/** What verify says of a layout with these artifacts: `name state: answer`. */
async function verify(artifacts: readonly Artifact[]): Promise<string[]> {
  const directory = await makeFolder({});
  const sink = openLayoutSink(directory, makeFiles({ temporary: directory }), 'api');
  await sink.putManifest('main', ROOT);
  for (const artifact of artifacts) await attachArtifact(sink, ROOT, artifact);
  const checks = await verifyImage(openLayoutSource(directory), ROOT.digest);
  return checks.map(({ name, state, answer }) => `${name} ${state}: ${answer}`);
}
const right = (outcomes = [anOutcome()]) => {
  const { record, image } = recordOf({ outcomes });
  return [
    asArtifact(record),
    makeTestResult(CONTEXT, outcomes, undefined),
    makeProvenance(CONTEXT, record, image, ORIGIN),
  ] as const;
};

test('record, verdict and provenance of one policy, and that nobody signed them', async () => {
  const warning = anOutcome({ rule: 'base.pinned', status: 'failed', severity: 'warning' });
  expect(await verify(right([anOutcome(), warning]))).toEqual([
    'record ok: api passed 1 rules',
    'verdict ok: WARNED, 1 tests passed',
    `provenance ok: built by ${ORIGIN.builder}`,
    'signature skipped: unsigned: whoever may write this repository could have written all of this',
  ]);
});

const [RECORD, RESULT, PROVENANCE] = right();
const other = { ...CONTEXT, digest: digestOf('another image') };
const { record, image } = recordOf();
test.each<[string, readonly Artifact[], string]>([
  ['nothing is attached', [], 'record failed: no record is attached'],
  [
    'a record of another image',
    [asArtifact(aRecord()), RESULT, PROVENANCE],
    'record failed: it is about another image',
  ],
  [
    'a record under the name of another policy',
    [asArtifact(record, 'b'.repeat(64)), RESULT, PROVENANCE],
    'record failed: it is about another policy',
  ],
  [
    'a record that blocks',
    [asArtifact(recordOf({ blocked: ['user.config failed'] }).record), RESULT, PROVENANCE],
    'record failed: it blocks this image: user.config failed',
  ],
  [
    'a record with an undecided rule',
    [asArtifact(recordOf({ outcomes: [anOutcome({ status: 'undecided' })] }).record), RESULT, PROVENANCE],
    'record failed: user.config undecided',
  ],
  ['something that is no record', [{ ...RECORD, bytes: Buffer.from('{}') }, RESULT, PROVENANCE], 'record failed:'],
  ['no verdict', [RECORD, PROVENANCE], 'verdict failed: none is attached for this policy'],
  [
    'a verdict about another image',
    [RECORD, makeTestResult(other, [anOutcome()], undefined), PROVENANCE],
    'verdict failed: it is about another image',
  ],
  [
    'a failed verdict',
    [RECORD, makeTestResult(CONTEXT, [anOutcome({ status: 'failed' })], undefined), PROVENANCE],
    'verdict failed: it says FAILED',
  ],
  [
    'a provenance under the name of a verdict',
    [RECORD, { ...PROVENANCE, annotations: RESULT.annotations }, PROVENANCE],
    'verdict failed: it is no statement of the kind its annotation says',
  ],
  [
    'a provenance of another commit',
    [
      RECORD,
      RESULT,
      makeProvenance(CONTEXT, { ...record, source: { ...record.source, commit: 'd'.repeat(40) } }, image, ORIGIN),
    ],
    'provenance failed: it names another commit than the record',
  ],
])('%s proves nothing', async (_name, artifacts, line) => {
  expect(await verify(artifacts)).toContainEqual(expect.stringContaining(line));
});

test('the newest record counts, and bundles of signatures are named', async () => {
  const later = asArtifact(recordOf({ blocked: ['again'] }).record, 'f'.repeat(64), '2026-02-01T00:00:00.000Z');
  const bundle: Artifact = {
    artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    bytes: Buffer.from('{}'),
    annotations: { 'dev.sigstore.bundle.predicateType': 'https://slsa.dev/provenance/v1' },
  };
  const lines = await verify([...right(), later, bundle]);
  expect(lines[0]).toMatch(/^record failed/);
  expect(lines.at(-1)).toBe('signature skipped: 1 signed, not checked here');
});

test('a policy that was checked and signed by nobody is still in-toto’s own form', () => {
  expect(RESULT.artifactType).toBe(IN_TOTO_ARTIFACT);
  expect(JSON.parse(Buffer.from(RESULT.bytes).toString('utf8'))).toEqual({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'api', digest: { sha256: ROOT.digest.slice(7) } }],
    predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
    predicate: {
      result: 'PASSED',
      configuration: [{ name: 'policy', digest: { sha256: POLICY } }],
      passedTests: ['user.config'],
      warnedTests: [],
      failedTests: [],
    },
  });
});
