import { expect, test } from '@jest/globals';
import { BUNDLE_ARTIFACT } from '../../src/model/artifact.ts';
import { digestOf } from '../../src/model/digest.ts';
import { Fault } from '../../src/model/fault.ts';
import type { StoredManifest } from '../../src/model/image.ts';
import { attachArtifact } from '../support/attach.ts';
import { signStatements } from '../../src/publish/signed.ts';
import { makeStatement } from '../../src/publish/statement.ts';
import { makeMemorySink } from '../support/memory-sink.ts';

const BYTES = Buffer.from('{"schemaVersion":2}');
const ROOT: StoredManifest = { bytes: BYTES, mediaType: 'application/json', digest: digestOf(BYTES) };
const STATEMENT = makeStatement(
  { name: 'api', digest: ROOT.digest, policyHash: 'f'.repeat(64), created: '2026-01-01T00:00:00.000Z' },
  'https://slsa.dev/provenance/v1',
  {},
);

/** Counts how often it signs, and fails as it is told. */
function makeSigner(failure?: Fault) {
  const signed: string[] = [];
  const sign = (statement: Uint8Array): Promise<Uint8Array> => {
    if (failure !== undefined) return Promise.reject(failure);
    signed.push(Buffer.from(statement).toString());
    return Promise.resolve(Buffer.from(`bundle ${String(signed.length)}`));
  };
  return { signed, signatures: { unavailable: undefined, sign } };
}

test('a statement is signed once: what is attached already is not signed again', async () => {
  const sink = makeMemorySink();
  const { signed, signatures } = makeSigner();
  const [late] = signStatements([STATEMENT], signatures, 'optional');
  if (late === undefined) throw new Error('nothing to sign');
  const first = await attachArtifact(sink, ROOT, late);
  expect(first).toMatchObject({
    attached: { artifactType: BUNDLE_ARTIFACT, predicateType: 'https://slsa.dev/provenance/v1' },
  });
  expect(await attachArtifact(sink, ROOT, late)).toEqual(first);
  expect(signed).toEqual([Buffer.from(STATEMENT.bytes).toString()]);
  const [referrer] = await sink.referrers(ROOT.digest, BUNDLE_ARTIFACT);
  expect(referrer?.annotations).toMatchObject({
    'dev.sigstore.bundle.content': 'dsse-envelope',
    'dev.sigstore.bundle.predicateType': 'https://slsa.dev/provenance/v1',
  });
});

const REFUSED = new Fault('Sigstore: 401', { remedy: 'Set sign: off.' });
const DOWN = new Fault('Sigstore: 503', { kind: 'environment' });
test.each([
  ['a refusal', REFUSED],
  ['a service that is down', DOWN],
])('%s is told where signatures may be missing, and stops the publish where they may not', async (_name, failure) => {
  const attach = (demand: 'optional' | 'required') => {
    const [late] = signStatements([STATEMENT], makeSigner(failure).signatures, demand);
    return late === undefined ? undefined : attachArtifact(makeMemorySink(), ROOT, late);
  };
  const message = `the signature of https://slsa.dev/provenance/v1: ${failure.message}`;
  expect(await attach('optional')).toEqual({ refused: message });
  await expect(attach('required')).rejects.toMatchObject({ message, kind: failure.kind });
});
