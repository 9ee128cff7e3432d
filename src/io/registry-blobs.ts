import { Fault } from '../model/fault.ts';
import type { Descriptor } from '../model/image.ts';
import type { BlobArrival } from '../model/published.ts';
import type { RegistryAnswer, RegistrySession } from './registry-session.ts';
import { streamBody } from './registry-wire.ts';

export type OpenBlob = () => Promise<AsyncIterable<Uint8Array>>;

/** Whether the repository holds the blob already. */
export async function hasBlob(session: RegistrySession, repository: string, blob: Descriptor): Promise<boolean> {
  const to = blobPath(repository, blob);
  const { status } = await session.ask({ method: 'HEAD', to, expect: [200, 404] });
  return status === 200;
}

/** The blob as the registry streams it, unverified; undefined when it is not there. */
export async function getBlob(
  session: RegistrySession,
  repository: string,
  blob: Descriptor,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const response = await session.open({ method: 'GET', to: blobPath(repository, blob), expect: [200, 404] });
  if (response.status === 200) return streamBody(response, `GET blob ${blob.digest}`, session.signal);
  response.body.resume();
  return undefined;
}

/**
 * One upload with one request body of known length (OCI distribution spec, "POST then PUT"), begun anew when it fails for a reason that passes.
 * A further attempt first looks whether the blob came through although its answer was lost.
 */
export function putBlob(
  session: RegistrySession,
  repository: string,
  blob: Descriptor,
  open: OpenBlob,
  from?: string,
): Promise<BlobArrival> {
  return session.retry(async (attemptNumber) => {
    if (attemptNumber > 1 && (await isThere(session, repository, blob))) return 'uploaded';
    const start = await beginUpload(session, repository, blob, from);
    if (start === 'mounted') return 'mounted';
    await session.askOnce(
      {
        method: 'PUT',
        to: uploadAddress(start.headers.location, repository, blob),
        headers: { 'content-type': 'application/octet-stream' },
        body: { length: blob.size, open },
        expect: [201],
      },
      'patient',
    );
    return 'uploaded';
  });
}

/** 201: the blob was taken over and no byte travels; 202: the registry would rather have the bytes, at this address. */
async function beginUpload(
  session: RegistrySession,
  repository: string,
  { digest }: Descriptor,
  from: string | undefined,
): Promise<RegistryAnswer | 'mounted'> {
  const uploads = `/v2/${repository}/blobs/uploads/`;
  if (from !== undefined) {
    const to = `${uploads}?mount=${digest}&from=${encodeURIComponent(from)}`;
    // Some registries refuse the mount as a whole where they could not find or read the other repository.
    const answer = await session.askOnce({ method: 'POST', to, expect: [201, 202, 400, 403, 404, 405] });
    if (answer.status === 201) return 'mounted';
    if (answer.status === 202) return answer;
  }
  return session.askOnce({ method: 'POST', to: uploads, expect: [202] });
}

async function isThere(session: RegistrySession, repository: string, blob: Descriptor): Promise<boolean> {
  const { status } = await session.askOnce({ method: 'HEAD', to: blobPath(repository, blob), expect: [200, 404] });
  return status === 200;
}

function blobPath(repository: string, { digest }: Descriptor): string {
  return `/v2/${repository}/blobs/${digest}`;
}

/** The state in the address is the registry's own: it is kept to the letter. */
function uploadAddress(location: string | undefined, repository: string, { digest }: Descriptor): string {
  if (location === undefined) {
    throw new Fault(`${repository}: the registry began an upload without saying where`, { kind: 'environment' });
  }
  return `${location}${location.includes('?') ? '&' : '?'}digest=${digest}`;
}
