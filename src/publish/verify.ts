import {
  BUNDLE_ARTIFACT,
  IN_TOTO_ARTIFACT,
  newestOf,
  POLICY_ANNOTATION,
  PREDICATE_ANNOTATION,
  RECORD_ARTIFACT,
  SLSA_PROVENANCE,
  TEST_RESULT,
} from '../model/artifact.ts';
import { z } from 'zod';
import { type Digest, digestOf } from '../model/digest.ts';
import type { DoctorCheck } from '../model/doctor.ts';
import type { ImageSource } from '../model/effects.ts';
import { Fault } from '../model/fault.ts';
import type { Descriptor } from '../model/image.ts';
import type { SignaturePolicy } from '../model/signatures.ts';
import { parseRecord } from '../model/record-parse.ts';
import type { ImageRecord, RunRecord } from '../model/record.ts';
import { wasStarted, withStackOutcomes } from '../model/stack-judgement.ts';
import { isBlocking } from '../model/verdict.ts';
import { BUNDLE_PREDICATE } from './signed.ts';
import { hexOf } from './statement.ts';
import { verifyStream } from './verified-stream.ts';

/** Everybody who may write can attach more. */
const MOST_BUNDLES = 64;
/** More than any record has; the content comes from outside. */
const CONTENT_LIMIT = 32 * 1024 * 1024;

const manifestSchema = z.object({
  layers: z
    .array(z.object({ mediaType: z.string(), digest: z.string(), size: z.number().int().nonnegative() }))
    .length(1),
  subject: z.object({ digest: z.string() }),
});
const statementSchema = z.object({
  subject: z.array(z.object({ digest: z.object({ sha256: z.string() }) })),
  predicateType: z.string(),
  predicate: z.looseObject({}),
});
const resultSchema = z.object({
  result: z.enum(['PASSED', 'WARNED', 'FAILED']),
  configuration: z.array(z.object({ digest: z.object({ sha256: z.string() }) })),
  passedTests: z.array(z.string()),
});
const provenanceSchema = z.object({
  buildDefinition: z.object({
    resolvedDependencies: z.array(z.object({ digest: z.object({ gitCommit: z.string() }).partial() })),
  }),
  runDetails: z.object({ builder: z.object({ id: z.string() }) }),
});

/** What one attached artifact turned out to be; `failed` says why it proves nothing. */
type Finding = Pick<DoctorCheck, 'state' | 'answer' | 'lines'>;

/**
 * Holds everything that is attached to a digest against that digest: the record, the verdict and the provenance of one policy.
 * With `trust`, verdict and provenance have to be signed by whom it names; without, their signatures are only counted.
 */
export async function verifyImage(
  source: ImageSource,
  digest: Digest,
  trust?: SignaturePolicy,
): Promise<readonly DoctorCheck[]> {
  const newest = newestOf(await list(source, digest, RECORD_ARTIFACT));
  if (newest === undefined) {
    return [
      { name: 'record', state: 'failed', answer: 'no record is attached: this digest was not proven here', lines: [] },
    ];
  }
  const policyHash = newest.annotations?.[POLICY_ANNOTATION] ?? '';
  const statements = await list(source, digest, IN_TOTO_ARTIFACT);
  const ofPolicy = statements.filter(({ annotations }) => annotations?.[POLICY_ANNOTATION] === policyHash);
  const find = (type: string): Descriptor | undefined =>
    newestOf(ofPolicy.filter(({ annotations }) => annotations?.[PREDICATE_ANNOTATION] === type));
  const seen: { record?: RunRecord } = {};
  const record = await attempt('record', async () => {
    seen.record = parseRecord(Buffer.from(await content(source, digest, newest)).toString('utf8'), 'attached record');
    return judgeRecord(seen.record, digest, policyHash);
  });
  const commit = seen.record?.source.commit;
  const bundles = await list(source, digest, BUNDLE_ARTIFACT);
  const readUnsigned = async (type: string): Promise<Statement> => {
    const artifact = find(type);
    if (artifact === undefined) throw new Fault('none is attached for this policy');
    return { payload: await content(source, digest, artifact), lines: [] };
  };
  const read = trust === undefined ? readUnsigned : (type: string) => readSigned(source, digest, bundles, type, trust);
  const judge = (name: string, type: string, how: (predicate: object) => Finding) =>
    attempt(name, async () => {
      const { payload, lines } = await read(type);
      const finding = how(predicateOf(payload, digest, type));
      return { ...finding, lines: [...finding.lines, ...lines] };
    });
  return [
    record,
    await judge('verdict', TEST_RESULT, (predicate) => judgeResult(predicate, policyHash)),
    await judge('provenance', SLSA_PROVENANCE, (predicate) => judgeProvenance(predicate, commit)),
    ...(trust === undefined ? [describeSignatures(bundles)] : []),
  ];
}

/** The bytes of an in-toto statement, and what else there is to say of where it comes from. */
interface Statement {
  readonly payload: Uint8Array;
  readonly lines: readonly string[];
}

/** The statement of one kind out of the first bundle that holds; anybody may attach bundles that do not. */
async function readSigned(
  source: ImageSource,
  digest: Digest,
  bundles: readonly Descriptor[],
  type: string,
  trust: SignaturePolicy,
): Promise<Statement> {
  const { openBundle } = await import(/* webpackMode: "eager" */ './signer.ts');
  const reasons: string[] = [];
  for (const bundle of bundles.slice(0, MOST_BUNDLES)) {
    const named = bundle.annotations?.[BUNDLE_PREDICATE];
    if (named !== undefined && named !== type) continue;
    try {
      const { payload, workflow, commit } = openBundle(await content(source, digest, bundle), trust);
      predicateOf(payload, digest, type);
      return { payload, lines: [`signed by ${workflow}${commit === undefined ? '' : ` for commit ${commit}`}`] };
    } catch (error) {
      if (!(error instanceof Fault) || error.kind === 'environment') throw error;
      reasons.push(error.message);
    }
  }
  throw new Fault(
    reasons.length === 0 ? 'it is not signed' : `its signature does not hold: ${[...new Set(reasons)].join('; ')}`,
  );
}

async function list(source: ImageSource, digest: Digest, type: string): Promise<readonly Descriptor[]> {
  return (await source.referrers?.(digest, type)) ?? [];
}

async function attempt(name: string, work: () => Promise<Finding>): Promise<DoctorCheck> {
  try {
    return { name, ...(await work()) };
  } catch (error) {
    if (!(error instanceof Fault) || error.kind === 'environment') throw error;
    return { name, state: 'failed', answer: error.message, lines: [] };
  }
}

/** The bytes of an artifact's one layer, each digest on the way compared. */
async function content(source: ImageSource, subject: Digest, artifact: Descriptor): Promise<Uint8Array> {
  const stored = await source.manifest(artifact.digest);
  if (stored === undefined || digestOf(stored.bytes) !== artifact.digest)
    throw new Fault('its manifest is damaged or gone');
  const manifest = manifestSchema.safeParse(readJson(stored.bytes)).data;
  const [layer] = manifest?.layers ?? [];
  if (layer === undefined || layer.size > CONTENT_LIMIT) throw new Fault('its manifest is not one of ours');
  if (manifest?.subject.digest !== subject) throw new Fault('its manifest names another image');
  const stream = await source.blob(layer as Descriptor);
  if (stream === undefined) throw new Fault('its content is gone');
  const chunks: Uint8Array[] = [];
  for await (const chunk of verifyStream(layer as Descriptor, stream, source.description)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

function judgeRecord(record: RunRecord, digest: Digest, policyHash: string): Finding {
  const image = record.images.find((one) => pullable(one) === digest);
  if (image === undefined) throw new Fault('it is about another image');
  if (image.policyHash !== policyHash) throw new Fault('it is about another policy than its annotation says');
  if (image.blocked.length > 0) throw new Fault(`it blocks this image: ${image.blocked[0] ?? ''}`);
  const failed = withStackOutcomes(image, record).find(isBlocking);
  if (failed !== undefined) throw new Fault(`${failed.rule} ${failed.status}`);
  if (record.stack?.images.includes(image.name) === true && !wasStarted(record.stack))
    throw new Fault('the stack was never started with it');
  const { commit = 'no commit', dirty } = record.source;
  return {
    state: 'ok',
    answer: `${image.name} passed ${String(image.outcomes.filter(({ status }) => status === 'passed').length)} rules`,
    lines: [
      `commit ${commit}${dirty ? ', with uncommitted changes' : ''}`,
      `policy ${policyHash}`,
      `run ${record.run.finishedAt}`,
    ],
  };
}

function pullable({ digests }: ImageRecord): string | undefined {
  return digests?.index ?? digests?.manifest;
}

function predicateOf(payload: Uint8Array, digest: Digest, type: string): object {
  const statement = statementSchema.safeParse(readJson(payload)).data;
  if (statement?.predicateType !== type) throw new Fault('it is no statement of the kind its annotation says');
  if (!statement.subject.some((subject) => subject.digest.sha256 === hexOf(digest)))
    throw new Fault('it is about another image');
  return statement.predicate;
}

function judgeResult(predicate: object, policyHash: string): Finding {
  const seen = resultSchema.safeParse(predicate).data;
  if (seen === undefined) throw new Fault('it is no test result');
  if (!seen.configuration.some(({ digest }) => digest.sha256 === policyHash))
    throw new Fault('it is about another policy');
  if (seen.result === 'FAILED') throw new Fault('it says FAILED');
  return { state: 'ok', answer: `${seen.result}, ${String(seen.passedTests.length)} tests passed`, lines: [] };
}

function judgeProvenance(predicate: object, commit: string | undefined): Finding {
  const seen = provenanceSchema.safeParse(predicate).data;
  if (seen === undefined) throw new Fault('it is no provenance of ours');
  const built = seen.buildDefinition.resolvedDependencies.map(({ digest }) => digest.gitCommit);
  if (commit !== undefined && !built.includes(commit)) throw new Fault('it names another commit than the record');
  return { state: 'ok', answer: `built by ${seen.runDetails.builder.id}`, lines: [] };
}

/** Whom to trust is not for this tool to say; what is not signed is said so. */
function describeSignatures(bundles: readonly Descriptor[]): DoctorCheck {
  const name = 'signature';
  if (bundles.length === 0) {
    const answer = 'unsigned: whoever may write this repository could have written all of this';
    return { name, state: 'skipped', answer, lines: [] };
  }
  const types = bundles.map(({ annotations }) => annotations?.[BUNDLE_PREDICATE] ?? 'of an unnamed kind');
  return {
    name,
    state: 'skipped',
    answer: `${String(bundles.length)} signed, not checked here`,
    lines: [
      ...types,
      'have them checked: gh attestation trusted-root >root.jsonl; slipway verify REFERENCE --trusted-root root.jsonl --repo OWNER/NAME',
    ],
  };
}
