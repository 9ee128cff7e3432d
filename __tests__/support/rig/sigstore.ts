import { createHash, generateKeyPairSync, verify, X509Certificate } from 'node:crypto';
import {
  fulcioHandler,
  initializeCA,
  initializeCTLog,
  initializeTLog,
  initializeTSA,
  rekorHandler,
  tsaHandler,
} from '@sigstore/mock';
import type { RigAnswer } from './answers.ts';

/** A stand-in for Sigstore's certificate authority and log, made by the authors of its client. */
export interface Sigstore {
  certify(body: string): Promise<RigAnswer>;
  log(body: string): Promise<RigAnswer>;
  stamp(body: string): Promise<RigAnswer>;
  /** Two trusted roots (Sigstore trusted root v0.1, JSON, a line each), as `gh attestation trusted-root` prints them: one with a log, one with time stamps. */
  readonly trustedRoot: string;
}

/** Every rig has keys of its own: what one signs no other trusts. */
export async function makeSigstore(url: string): Promise<Sigstore> {
  const transparency = await initializeCTLog(makeKeys());
  const authority = await initializeCA(makeKeys(), transparency);
  const log = await initializeTLog(url, makeKeys());
  const fulcio = fulcioHandler(authority, { subjectClaim: 'job_workflow_ref' });
  const rekor = rekorHandler(log);
  // Whole seconds, as the public services stamp: the client reads three digits of a fraction or none, and DER drops a last zero.
  const clock = Object.assign(await initializeTSA(makeKeys()), {
    getCurrentTime: () => new Date(Math.floor(Date.now() / 1000) * 1000),
  });
  const tsa = tsaHandler(clock);
  const validFor = { start: new Date(Date.now() - 60_000).toISOString() };
  const key = (bytes: Buffer, id: Uint8Array) => ({
    baseUrl: url,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: bytes.toString('base64'), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor },
    logId: { keyId: Buffer.from(id).toString('base64') },
  });
  const withLog = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [key(log.publicKey, createHash('sha256').update(log.publicKey).digest())],
    certificateAuthorities: [
      {
        subject: { organization: 'rig', commonName: 'rig' },
        uri: url,
        certChain: { certificates: [{ rawBytes: bytesOf(authority.rootCertificate).toString('base64') }] },
        validFor,
      },
    ],
    ctlogs: [key(transparency.publicKey, bytesOf(transparency.logID))],
    timestampAuthorities: [],
  };
  const certificates = [clock.intCertificate, clock.rootCertificate].map((certificate) => ({
    rawBytes: bytesOf(certificate).toString('base64'),
  }));
  const stamping = {
    subject: { organization: 'rig', commonName: 'rig' },
    uri: url,
    certChain: { certificates },
    validFor,
  };
  const withStamps = { ...withLog, tlogs: [], timestampAuthorities: [stamping] };
  return {
    certify: async (body) => toAnswer(await fulcio.fn(body)),
    log: async (body) => {
      const entry = toEntry(body);
      return entry === undefined
        ? { status: 400, body: { message: 'the signature does not match' } }
        : toAnswer(await rekor.fn(entry));
    },
    stamp: async (body) => {
      const { statusCode, response } = await tsa.fn(body);
      return { status: statusCode, body: typeof response === 'string' ? { message: response } : bytesOf(response) };
    },
    trustedRoot: [withLog, withStamps].map((root) => JSON.stringify(root)).join('\n'),
  };
}

/**
 * What Rekor keeps of a proposed envelope (github.com/sigstore/rekor, pkg/types/dsse/v0.0.1): hashes and the signature, which it has verified.
 * The library's own stand-in keeps the proposal as it is.
 */
function toEntry(body: string): string | undefined {
  const { spec, ...rest } = JSON.parse(body) as {
    spec: { proposedContent: { envelope: string; verifiers: [string] } };
  };
  const { envelope: text, verifiers } = spec.proposedContent;
  const envelope = JSON.parse(text) as { payload: string; payloadType: string; signatures: [{ sig: string }] };
  const payload = Buffer.from(envelope.payload, 'base64');
  const { payloadType: type, signatures } = envelope;
  const head = `DSSEv1 ${String(type.length)} ${type} ${String(payload.length)} `;
  const key = new X509Certificate(Buffer.from(verifiers[0], 'base64')).publicKey;
  const signature = signatures[0].sig;
  if (!verify('sha256', Buffer.concat([Buffer.from(head), payload]), key, Buffer.from(signature, 'base64')))
    return undefined;
  const hash = (bytes: string | Buffer) => ({
    algorithm: 'sha256',
    value: createHash('sha256').update(bytes).digest('hex'),
  });
  const kept = {
    envelopeHash: hash(text),
    payloadHash: hash(payload),
    signatures: [{ signature, verifier: verifiers[0] }],
  };
  return JSON.stringify({ ...rest, spec: kept });
}

function makeKeys() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function bytesOf(view: ArrayBufferView): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

function toAnswer({ statusCode, response }: { statusCode: number; response: string | ArrayBufferView }): RigAnswer {
  const text = typeof response === 'string' ? response : bytesOf(response).toString('utf8');
  return { status: statusCode, body: statusCode < 300 ? JSON.parse(text) : { message: text } };
}
