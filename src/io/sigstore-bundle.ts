import { createHash, generateKeyPairSync, type KeyObject, randomInt, sign, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { decodeClaims } from '../model/identity.ts';
import { askSigstore, type SigstoreContext } from './sigstore-call.ts';

/** Who certifies the key of a signature, and who remembers when it was made. */
export interface SigstoreServices {
  readonly fulcio: string;
  /** The public log. */
  readonly rekor?: string;
  /** A time stamp authority (RFC 3161). */
  readonly tsa?: string;
}

/** As in-toto's envelope specification names a statement. */
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

const chain = z.object({ chain: z.object({ certificates: z.array(z.string()).min(1) }) });
const certified = z.object({
  signedCertificateEmbeddedSct: chain.optional(),
  signedCertificateDetachedSct: chain.optional(),
});
const logged = z.record(
  z.string(),
  z.object({
    body: z.string(),
    integratedTime: z.number().int(),
    logID: z.string(),
    logIndex: z.number().int(),
    verification: z.object({
      signedEntryTimestamp: z.string().optional(),
      inclusionProof: z.object({
        logIndex: z.number().int(),
        treeSize: z.number().int(),
        rootHash: z.string(),
        hashes: z.array(z.string()),
        checkpoint: z.string(),
      }),
    }),
  }),
);
const entryKind = z.object({ kind: z.string(), apiVersion: z.string() });

/** Signs a statement as whoever the token names, with a key that is thrown away; resolves with the bundle (Sigstore bundle v0.3, JSON). Throws a Fault. */
export async function makeBundle(
  context: SigstoreContext,
  statement: Uint8Array,
  token: string,
  { fulcio, rekor, tsa }: SigstoreServices,
): Promise<Uint8Array> {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = await certify(context, fulcio, token, keys);
  const signature = sign('sha256', preAuthEncoding(statement), keys.privateKey);
  const envelope = {
    payload: base64(statement),
    payloadType: PAYLOAD_TYPE,
    signatures: [{ sig: base64(signature) }],
  };
  const entries = rekor === undefined ? [] : [await log(context, rekor, envelope, certificate)];
  const stamps = tsa === undefined ? [] : [await stamp(context, tsa, signature)];
  const verificationMaterial = {
    certificate: { rawBytes: base64(certificate.raw) },
    tlogEntries: entries,
    timestampVerificationData: { rfc3161Timestamps: stamps },
  };
  return Buffer.from(JSON.stringify({ mediaType: BUNDLE_TYPE, verificationMaterial, dsseEnvelope: envelope }));
}

/** What a DSSE signature is over (github.com/secure-systems-lab/dsse, protocol.md). */
function preAuthEncoding(payload: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${String(PAYLOAD_TYPE.length)} ${PAYLOAD_TYPE} ${String(payload.byteLength)} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** A certificate of some minutes for the key; that it is ours is proven by a signature over the token's subject (Fulcio's API v2). */
async function certify(
  context: SigstoreContext,
  fulcio: string,
  token: string,
  { publicKey, privateKey }: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
): Promise<X509Certificate> {
  const subject = decodeClaims(token)?.['sub'];
  const proof = sign('sha256', Buffer.from(typeof subject === 'string' ? subject : ''), privateKey);
  const answer = await askSigstore(context, certified, new URL('/api/v2/signingCert', fulcio), {
    credentials: { oidcIdentityToken: token },
    publicKeyRequest: {
      publicKey: { algorithm: 'ECDSA', content: publicKey.export({ format: 'pem', type: 'spki' }).toString() },
      proofOfPossession: base64(proof),
    },
  });
  const given = answer.signedCertificateEmbeddedSct ?? answer.signedCertificateDetachedSct;
  return new X509Certificate(given?.chain.certificates[0] ?? '');
}

/** One entry of the log with its proof, in the bundle's words (Rekor's API v1, type dsse 0.0.1). */
async function log(
  context: SigstoreContext,
  rekor: string,
  envelope: object,
  certificate: X509Certificate,
): Promise<object> {
  const verifiers = [base64(Buffer.from(certificate.toString()))];
  const answer = await askSigstore(context, logged, new URL('/api/v1/log/entries', rekor), {
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: { proposedContent: { envelope: JSON.stringify(envelope), verifiers } },
  });
  const [entry] = Object.values(answer);
  if (entry === undefined) throw new Error('an answer of the log without an entry passed its schema');
  const { inclusionProof: proof, signedEntryTimestamp: promise } = entry.verification;
  const { kind, apiVersion: version } = entryKind.parse(JSON.parse(Buffer.from(entry.body, 'base64').toString('utf8')));
  return {
    logIndex: String(entry.logIndex),
    logId: { keyId: fromHex(entry.logID) },
    kindVersion: { kind, version },
    integratedTime: String(entry.integratedTime),
    ...(promise === undefined ? {} : { inclusionPromise: { signedEntryTimestamp: promise } }),
    inclusionProof: {
      logIndex: String(proof.logIndex),
      rootHash: fromHex(proof.rootHash),
      treeSize: String(proof.treeSize),
      hashes: proof.hashes.map(fromHex),
      checkpoint: { envelope: proof.checkpoint },
    },
    canonicalizedBody: entry.body,
  };
}

/** A time stamp over the signature (RFC 3161, asked for in the JSON form of Sigstore's own authority). */
async function stamp(context: SigstoreContext, tsa: string, signature: Uint8Array): Promise<object> {
  const answer = await askSigstore(context, undefined, new URL('/api/v1/timestamp', tsa), {
    artifactHash: createHash('sha256').update(signature).digest('base64'),
    hashAlgorithm: 'sha256',
    certificates: true,
    nonce: randomInt(2 ** 47),
  });
  return { signedTimestamp: base64(answer) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function fromHex(text: string): string {
  return base64(Buffer.from(text, 'hex'));
}
