import { resolve } from 'node:path';
import {
  type Artifact,
  CONTENT_ANNOTATION,
  CREATED_ANNOTATION,
  FOLLOWERS_ANNOTATION,
  type LateArtifact,
  POLICY_ANNOTATION,
  RECORD_ARTIFACT,
  REVISION_ANNOTATION,
} from '../model/artifact.ts';
import { digestOf } from '../model/digest.ts';
import { Fault } from '../model/fault.ts';
import { pullableDigest } from '../model/image.ts';
import type { RunRecord } from '../model/record.ts';
import { withStackOutcomes } from '../model/stack-judgement.ts';
import { makeBillOfMaterials } from '../publish/bill-of-materials.ts';
import { makeProvenance } from '../publish/provenance.ts';
import { signStatements } from '../publish/signed.ts';
import { makeTestResult } from '../publish/test-result.ts';
import { findOrigin } from './build-origin.ts';
import type { Candidate } from './candidate.ts';
import type { Run } from './run.ts';

/**
 * Everything that is attached to a digest before its tags: the run's record, the verdict and the provenance, and the user's bill of materials.
 * What was proven elsewhere has all of it already; it is signed here, by the job that vouches for it, over what this job knows.
 */
export async function makeArtifacts(run: Run, candidate: Candidate): Promise<readonly (Artifact | LateArtifact)[]> {
  const record = candidate.record();
  const created = record.run.finishedAt;
  const { name, policyHash, digests } = candidate;
  const commit = candidate.commit === undefined ? {} : { commit: candidate.commit };
  const context = { name, digest: pullableDigest(digests), policyHash, created, ...commit };
  const image = record.images.find((one) => one.name === name);
  const origin = findOrigin(run.effects, run.identity?.claims);
  const verdicts =
    image === undefined ? [] : [makeTestResult(context, withStackOutcomes(image, record), origin.invocation)];
  const statements = image === undefined ? [] : [...verdicts, makeProvenance(context, record, image, origin)];
  const signed = signHere(run, candidate) ? signStatements(statements, run.effects.signatures, demandOf(run)) : [];
  // Record and verdict in staging know nothing of the GPU and of the running stack: a promotion reads what this job attaches.
  if (candidate.proven === true)
    return judgedSince(candidate)
      ? [toArtifact(candidate, record), ...verdicts.map((one) => withContent(candidate, one)), ...signed]
      : signed;
  return [toArtifact(candidate, record), ...statements, ...signed, ...(await readBillOfMaterials(run, name, context))];
}

function judgedSince({ gpu, stack, vouched }: Candidate): boolean {
  return vouched === true && (stack !== undefined || (gpu !== undefined && gpu.attempts.length > 0));
}

/** What tells it from that in staging, and two publish jobs that go by the same verdicts not apart. */
function contentOf({ gpu, stack }: Candidate): Readonly<Record<string, string>> {
  return { [CONTENT_ANNOTATION]: digestOf(JSON.stringify(stack === undefined ? gpu : { gpu, stack })) };
}

function withContent(candidate: Candidate, artifact: Artifact): Artifact {
  return { ...artifact, annotations: { ...artifact.annotations, ...contentOf(candidate) } };
}

/** A candidate in staging is signed when it is published; a promotion finds it signed. */
function signHere({ effects, config, target }: Run, { vouched }: Candidate): boolean {
  if (config.sign === 'off' || vouched !== true) return false;
  if (target.type === 'registry' && target.location === config.staging) return false;
  if (config.sign === 'required') return true;
  return target.type === 'registry' && effects.signatures.unavailable === undefined;
}

function demandOf({ config }: Run): 'required' | 'optional' {
  return config.sign === 'required' ? 'required' : 'optional';
}

/** A run that has to sign and cannot is known before the build. Throws a Fault. */
export function requireSigner({ config, effects }: Run): void {
  const why = effects.signatures.unavailable;
  if (config.sign !== 'required' || why === undefined) return;
  throw new Fault(`what is published has to be signed, and it cannot be: ${why}`, {
    ...(config.file === undefined ? {} : { where: config.file }),
    remedy: 'Publish from a GitHub Actions job with `permissions: { id-token: write }`, or set sign: auto.',
  });
}

function toArtifact(candidate: Candidate, record: RunRecord): Artifact {
  const followers = candidate.moving.flatMap(({ tag, level }) => (level === 'branch' ? tag : [])).join(' ');
  return {
    artifactType: RECORD_ARTIFACT,
    bytes: Buffer.from(JSON.stringify(record)),
    annotations: {
      [POLICY_ANNOTATION]: candidate.policyHash,
      [CREATED_ANNOTATION]: record.run.finishedAt,
      ...(judgedSince(candidate) ? contentOf(candidate) : {}),
      ...(candidate.commit === undefined ? {} : { [REVISION_ANNOTATION]: candidate.commit }),
      ...(followers === '' ? {} : { [FOLLOWERS_ANNOTATION]: followers }),
    },
  };
}

/** A bill of materials that is missing or none is known before the build: after it would be late. Throws a Fault. */
export async function requireBillsOfMaterials(run: Run, names: readonly string[]): Promise<void> {
  const context = { policyHash: '', created: '' };
  for (const name of names) await readBillOfMaterials(run, name, context);
}

async function readBillOfMaterials(
  { effects, config }: Run,
  name: string,
  context: { readonly policyHash: string; readonly created: string },
): Promise<readonly Artifact[]> {
  const file = config.images.find((image) => image.name === name)?.sbom;
  if (file === undefined) return [];
  if ((await effects.files.stat(resolve(config.directory, file))) === undefined) {
    throw new Fault(`there is no bill of materials of ${name}`, {
      where: file,
      remedy: 'Make it in an earlier step (slipway check, your tool, slipway publish), or take `sbom:` out.',
    });
  }
  return [makeBillOfMaterials(await effects.files.readBytes(resolve(config.directory, file)), file, context)];
}
