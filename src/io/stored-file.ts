import { createHash } from 'node:crypto';
import { Fault } from '../model/fault.ts';
import type { GitHubContext } from './github-call.ts';
import { isZip, unpackFile } from './one-file-zip.ts';
import { answerFault, describeRequest } from './registry-problem.ts';
import { isTrustworthy } from './registry-reference.ts';
import { makeRetry } from './registry-retry.ts';
import { bodyOf, readBody } from './registry-wire.ts';

export type BlobContext = Pick<GitHubContext, 'wire' | 'clock' | 'signal' | 'report'>;

/** What a stored file may be larger than what is in it: the head of the archive and a page that does not shrink. */
const OVERHEAD = 65_536;

/** The one file behind a signed address, unpacked where it is an archive. Throws a Fault when it is larger than `limit` or not what `digest` says. */
export async function readStoredFile(
  context: BlobContext,
  address: string,
  limit: number,
  what: string,
  digest?: string,
): Promise<Buffer> {
  const url = requireBlobAddress(address, what);
  const stored = await makeRetry(context)(async () => {
    const response = await context.wire({ method: 'GET', url, headers: {}, signal: context.signal });
    const body = await readBody(response, what, limit + OVERHEAD, context.signal);
    if (response.status === 200) return body;
    throw blobFault('GET', url, response.status);
  });
  const seen = `sha256:${createHash('sha256').update(stored).digest('hex')}`;
  if (digest !== undefined && digest !== seen)
    throw new Fault(`${what} is not what was stored: ${seen} instead of ${digest}`, {
      kind: 'environment',
      remedy: 'Running it again is safe.',
    });
  const file = isZip(stored) ? unpackFile(stored, limit, what) : stored;
  if (file.length > limit) throw new Fault(`${what} is larger than ${String(limit)} bytes`);
  return file;
}

/** Writes a blob in one piece to a signed address (Azure Storage REST API, "Put Blob"). */
export async function writeStoredFile(
  context: BlobContext,
  address: string,
  content: Uint8Array,
  mimeType: string,
  what: string,
): Promise<void> {
  const url = requireBlobAddress(address, what);
  await makeRetry(context)(async () => {
    const response = await context.wire({
      method: 'PUT',
      url,
      headers: { 'content-type': mimeType, 'x-ms-blob-content-type': mimeType, 'x-ms-blob-type': 'BlockBlob' },
      body: bodyOf(content),
      signal: context.signal,
    });
    await readBody(response, what, OVERHEAD, context.signal);
    if (response.status !== 201 && response.status !== 200) throw blobFault('PUT', url, response.status);
  });
}

/** The service says where to go: an address over https, or on this machine for tests. Its query is a secret and is never shown. */
function requireBlobAddress(address: string, what: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && isTrustworthy(url)) return url;
  throw new Fault(`${what}: the service gives no address to fetch it from`, {
    kind: 'environment',
    remedy: 'Running it again is safe.',
  });
}

function blobFault(method: string, url: URL, status: number): Fault {
  return answerFault(`${describeRequest(method, url)}: ${String(status)}`, {
    status,
    remedy: 'Running it again is safe.',
  });
}
