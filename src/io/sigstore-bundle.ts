import { bundleToJSON } from '@sigstore/bundle';
import { DSSEBundleBuilder, FulcioSigner, RekorWitness, TSAWitness } from '@sigstore/sign';

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
/** Of one question. */
const PATIENCE = { timeout: 10_000, retry: { retries: 3, minTimeout: 500, maxTimeout: 4_000 } };

/** Signs a statement as whoever the token names, with a key that is thrown away; resolves with the bundle (v0.3, JSON). Throws what the library throws. */
export async function makeBundle(
  statement: Uint8Array,
  token: string,
  { fulcio, rekor, tsa }: SigstoreServices,
): Promise<Uint8Array> {
  const signer = new FulcioSigner({
    fulcioBaseURL: fulcio,
    identityProvider: { getToken: () => Promise.resolve(token) },
    ...PATIENCE,
  });
  const witnesses = [
    ...(rekor === undefined ? [] : [new RekorWitness({ rekorBaseURL: rekor, fetchOnConflict: true, ...PATIENCE })]),
    ...(tsa === undefined ? [] : [new TSAWitness({ tsaBaseURL: tsa, ...PATIENCE })]),
  ];
  const bundle = await new DSSEBundleBuilder({ signer, witnesses }).create({
    data: Buffer.from(statement),
    type: PAYLOAD_TYPE,
  });
  return Buffer.from(JSON.stringify(bundleToJSON(bundle)));
}

/** Whether the services answered and said no. */
export function isRefusal(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const status = 'statusCode' in at ? at.statusCode : undefined;
    if (typeof status === 'number') return status >= 400 && status < 500 && status !== 408 && status !== 429;
  }
  return false;
}
