import { createHash } from 'node:crypto';
import { Fault } from '../model/fault.ts';
import type { GitHubContext } from './github-call.ts';
import { isZip, unpackFile } from './one-file-zip.ts';
import { answerFault, describeRequest } from './registry-problem.ts';
import { isTrustworthy } from './registry-reference.ts';
import { makeRetry, type RetryContext } from './registry-retry.ts';
import { bodyOf, readBody, streamBody } from './registry-wire.ts';

export type BlobContext = Pick<GitHubContext, 'wire' | 'clock' | 'signal' | 'report'> & Pick<RetryContext, 'attempts'>;

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

/** The same as a stream, however long, as it is stored. */
export async function streamStoredFile(
  context: BlobContext,
  address: string,
  what: string,
): Promise<AsyncIterable<Uint8Array>> {
  const url = requireBlobAddress(address, what);
  const response = await makeRetry(context)(async () => {
    const answer = await context.wire({ method: 'GET', url, headers: {}, signal: context.signal });
    if (answer.status === 200) return answer;
    await readBody(answer, what, OVERHEAD, context.signal);
    throw blobFault('GET', url, answer.status);
  });
  return streamBody(response, what, context.signal);
}

/** Writes a blob in one piece to a signed address (Azure Storage REST API, "Put Blob"). */
export async function writeStoredFile(
  context: BlobContext,
  address: string,
  content: Uint8Array,
  mimeType: string,
  what: string,
): Promise<void> {
  const headers = { 'content-type': mimeType, 'x-ms-blob-content-type': mimeType, 'x-ms-blob-type': 'BlockBlob' };
  await putPiece(context, requireBlobAddress(address, what), headers, content, what);
}

/** What is sent at once of a stream, bytes. */
const BLOCK = 2 ** 25;

/** Writes a stream in blocks of 32 MiB ("Put Block", "Put Block List"); how many bytes it had. */
export async function writeStoredStream(
  context: BlobContext,
  address: string,
  chunks: AsyncIterable<Uint8Array>,
  what: string,
): Promise<number> {
  requireBlobAddress(address, what);
  const ids: string[] = [];
  let length = 0;
  for await (const block of inBlocks(chunks)) {
    const id = Buffer.from(String(ids.length).padStart(6, '0')).toString('base64');
    const url = new URL(`${address}&comp=block&blockid=${encodeURIComponent(id)}`);
    await putPiece(context, url, {}, block, what);
    ids.push(id);
    length += block.length;
  }
  const latest = ids.map((id) => `<Latest>${id}</Latest>`).join('');
  const list = `<?xml version="1.0" encoding="utf-8"?><BlockList>${latest}</BlockList>`;
  const headers = { 'content-type': 'application/xml' };
  await putPiece(context, new URL(`${address}&comp=blocklist`), headers, Buffer.from(list), what);
  return length;
}

async function* inBlocks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < BLOCK) continue;
    yield Buffer.concat(waiting);
    [waiting, length] = [[], 0];
  }
  if (length > 0) yield Buffer.concat(waiting);
}

async function putPiece(
  context: BlobContext,
  url: URL,
  headers: Readonly<Record<string, string>>,
  content: Uint8Array,
  what: string,
): Promise<void> {
  await makeRetry(context)(async () => {
    const response = await context.wire({
      method: 'PUT',
      url,
      headers,
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
