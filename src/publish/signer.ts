import { bundleFromJSON, isBundleWithDsseEnvelope } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { type Signer, toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { Fault } from '../model/fault.ts';
import type { SignaturePolicy } from '../model/signatures.ts';

/** Extensions of a certificate that Fulcio fills in from the token (github.com/sigstore/fulcio, docs/oid-info.md). */
const FULCIO = [1, 3, 6, 1, 4, 1, 57264, 1];
const ISSUER = 8;
const SOURCE_REPOSITORY = 12;
const SOURCE_COMMIT = 13;

/** What a bundle proves: these bytes, by this workflow, of this repository. */
export interface SignedStatement {
  /** Of the in-toto statement. */
  readonly payload: Uint8Array;
  /** `https://github.com/OWNER/NAME/.github/workflows/FILE@REF` */
  readonly workflow: string;
  readonly commit?: string;
}

/** Holds a Sigstore bundle (JSON) against the roots that are trusted and who may have signed. Throws a Fault that says what does not hold. */
export function openBundle(bundle: Uint8Array, policy: SignaturePolicy): SignedStatement {
  const parsed = attempt('it is no Sigstore bundle', () => bundleFromJSON(JSON.parse(Buffer.from(bundle).toString())));
  if (!isBundleWithDsseEnvelope(parsed)) throw new Fault('the bundle holds no statement');
  const reasons: string[] = [];
  for (const root of policy.roots) {
    const verifier = attempt('the trusted root cannot be read', () => makeVerifier(root));
    try {
      const signer = verifier.verify(toSignedEntity(parsed));
      return { payload: parsed.content.dsseEnvelope.payload, ...requireSigner(signer, policy) };
    } catch (error) {
      if (error instanceof Fault) throw error;
      reasons.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Fault(`no trusted root vouches for the signature: ${[...new Set(reasons)].join('; ')}`);
}

/** A root with a log asks for an entry in it, one without for a time stamp. */
function makeVerifier(text: string): Verifier {
  const root = TrustedRoot.fromJSON(JSON.parse(text));
  return new Verifier(toTrustMaterial(root), {
    tlogThreshold: Math.min(1, root.tlogs.length),
    ctlogThreshold: Math.min(1, root.ctlogs.length),
    timestampThreshold: 1,
  });
}

function requireSigner(
  { identity }: Signer,
  { repository, workflows, issuer }: SignaturePolicy,
): Omit<SignedStatement, 'payload'> {
  const read = (last: number): string | undefined => {
    const found = identity?.oids?.find(({ oid }) => oid?.id.join('.') === [...FULCIO, last].join('.'));
    return found === undefined ? undefined : readText(found.value);
  };
  const workflow = identity?.subjectAlternativeName ?? '';
  const source = (read(SOURCE_REPOSITORY) ?? '').replace(/^https:\/\/[^/]+\//, '');
  const commit = read(SOURCE_COMMIT);
  const seenIssuer = read(ISSUER) ?? 'nobody';
  if (seenIssuer !== issuer) throw new Fault(`the signer was vouched for by ${seenIssuer}, not by ${issuer}`);
  if (source.toLowerCase() !== repository.toLowerCase())
    throw new Fault(`it was signed for the repository ${source}, not for ${repository}`);
  if (!workflows.some((expected) => isBelow(workflow, expected)))
    throw new Fault(`it was signed by ${workflow}, not by ${workflows.join(' or ')}`);
  return { workflow, ...(commit === undefined ? {} : { commit }) };
}

/** `OWNER/NAME` stands for every workflow of the repository, `OWNER/NAME/.github/workflows/FILE` for one at any ref. */
function isBelow(workflow: string, expected: string): boolean {
  const seen = workflow.replace(/^https:\/\/[^/]+\//, '').toLowerCase();
  const wanted = expected.replace(/^https:\/\/[^/]+\//, '').toLowerCase();
  return seen === wanted || seen.startsWith(`${wanted}@`) || seen.startsWith(`${wanted}/.github/workflows/`);
}

/** A short UTF8String (X.690), or the bytes as they are where they are none. */
function readText(value: Buffer): string {
  const tagged = value[0] === 0x0c;
  const long = tagged && (value[1] ?? 0) > 0x80 ? (value[1] ?? 0) & 0x7f : 0;
  return value.subarray(tagged ? 2 + long : 0).toString('utf8');
}

function attempt<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Fault(what, { cause: error });
  }
}
