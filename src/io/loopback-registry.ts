import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { digestOf, isDigest } from '../model/digest.ts';
import type { ImageSource } from '../model/effects.ts';
import type { StoredManifest } from '../model/image.ts';
import { blobPath, openBlobFile } from './blob-file.ts';
import { makeServedImages, type ServedImages } from './loopback-served.ts';
import { makeLoopbackStore, type LoopbackStore } from './loopback-store.ts';
import { MANIFEST_LIMIT, sniffMediaType } from './stored-manifest.ts';

/** A registry that only this process and the engine on this machine reach, for one push per image. */
export interface LoopbackRegistry {
  /** `127.0.0.1:<port>/<random>`: other local users do not know the name, and other names do not exist. */
  readonly repository: string;
  readonly source: ImageSource;
  /** Images that lie elsewhere, for the engine to pull by digest. */
  readonly served: ServedImages;
  /** The manifest a tag was pushed to. */
  tagged(tag: string): StoredManifest | undefined;
  close(): Promise<void>;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly store: LoopbackStore;
  readonly served: ServedImages;
  /** Path below the repository, e.g. `blobs/sha256:…`. */
  readonly path: string;
  /** Path of the repository on this server. */
  readonly base: string;
}

/** Serves the push half of the OCI distribution spec on 127.0.0.1, and pulls by digest of images that lie elsewhere, keeping blobs below a private folder that the caller removes; the run's id stands in the name. */
export async function startLoopbackRegistry(directory: string, run = 'run'): Promise<LoopbackRegistry> {
  const store = await makeLoopbackStore(directory);
  const name = `slipway-${run}-${randomBytes(12).toString('hex')}`;
  const served = makeServedImages();
  const server = createServer((request, response) => {
    answer(request, response, name, { store, served }).catch(() => {
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'UNKNOWN');
    });
  });
  // A large layer may take as long as it takes.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    repository: `127.0.0.1:${String(port)}/${name}`,
    source: {
      description: `loopback registry 127.0.0.1:${String(port)}`,
      manifest: (reference) => Promise.resolve(store.manifests.get(reference)),
      blob: (descriptor) => openBlobFile(blobPath(directory, descriptor.digest)),
    },
    served,
    tagged: (tag) => store.manifests.get(tag),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
  held: Pick<Exchange, 'store' | 'served'>,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://loopback');
  const base = `/v2/${name}/`;
  if (url.pathname === '/v2/') {
    response.writeHead(200, { 'Docker-Distribution-Api-Version': 'registry/2.0' }).end('{}');
    return;
  }
  if (!url.pathname.startsWith(base)) {
    refuse(response, 404, 'NAME_UNKNOWN');
    return;
  }
  const exchange = { request, response, url, ...held, base, path: url.pathname.slice(base.length) };
  const [kind, ...rest] = exchange.path.split('/');
  if (kind === 'manifests') await answerManifest(exchange, rest.join('/'));
  else if (kind === 'blobs' && rest[0] === 'uploads') await answerUpload(exchange, rest[1] ?? '');
  else if (kind === 'blobs') await answerBlob(exchange, rest.join('/'));
  else refuse(response, 404, 'UNSUPPORTED');
}

async function answerBlob({ request, response, store, served }: Exchange, digest: string): Promise<void> {
  const elsewhere = served.blob(digest);
  const size = elsewhere?.size ?? (isDigest(digest) ? await store.hasBlob(digest) : undefined);
  if (size === undefined || !isDigest(digest)) {
    refuse(response, 404, 'BLOB_UNKNOWN');
    return;
  }
  const openHeld = () => openBlobFile(blobPath(store.directory, digest));
  const chunks = request.method === 'GET' ? await (elsewhere === undefined ? openHeld() : elsewhere.open()) : [];
  if (chunks === undefined) {
    refuse(response, 404, 'BLOB_UNKNOWN');
    return;
  }
  response.writeHead(200, { 'Content-Length': size, 'Docker-Content-Digest': digest });
  for await (const chunk of chunks) {
    if (response.destroyed) return;
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end();
}

/** POST begins (a mount is answered with an upload, as the spec allows), PATCH appends, PUT ends. */
async function answerUpload({ request, response, url, store, base }: Exchange, id: string): Promise<void> {
  if (request.method === 'POST') {
    const begun = await store.begin();
    response
      .writeHead(202, { Location: `${base}blobs/uploads/${begun}`, Range: '0-0', 'Docker-Upload-UUID': begun })
      .end();
    return;
  }
  const length = request.method === 'PATCH' || request.method === 'PUT' ? await store.append(id, request) : undefined;
  if (length === undefined) {
    refuse(response, 404, 'BLOB_UPLOAD_UNKNOWN');
  } else if (request.method === 'PATCH') {
    const range = `0-${String(Math.max(0, length - 1))}`;
    response.writeHead(202, { Location: `${base}blobs/uploads/${id}`, Range: range, 'Docker-Upload-UUID': id }).end();
  } else {
    const digest = url.searchParams.get('digest') ?? '';
    if (await store.commit(id, digest)) {
      response.writeHead(201, { Location: `${base}blobs/${digest}`, 'Docker-Content-Digest': digest }).end();
    } else {
      refuse(response, 400, 'DIGEST_INVALID');
    }
  }
}

async function answerManifest({ request, response, store, served, base }: Exchange, reference: string): Promise<void> {
  if (request.method === 'PUT') {
    const bytes = await readSmall(request);
    const digest = bytes === undefined ? undefined : digestOf(bytes);
    if (bytes === undefined || digest === undefined || (isDigest(reference) && reference !== digest)) {
      refuse(response, 400, 'MANIFEST_INVALID');
      return;
    }
    const stored = { bytes, digest, mediaType: request.headers['content-type'] ?? sniffMediaType(bytes) };
    store.manifests.set(digest, stored).set(reference, stored);
    response.writeHead(201, { Location: `${base}manifests/${digest}`, 'Docker-Content-Digest': digest }).end();
    return;
  }
  const stored = store.manifests.get(reference) ?? (await served.manifest(reference));
  if (stored === undefined) {
    refuse(response, 404, 'MANIFEST_UNKNOWN');
    return;
  }
  response.writeHead(200, {
    'Content-Type': stored.mediaType,
    'Content-Length': stored.bytes.byteLength,
    'Docker-Content-Digest': stored.digest,
  });
  response.end(request.method === 'GET' ? stored.bytes : undefined);
}

async function readSmall(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MANIFEST_LIMIT) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ errors: [{ code, message: code.toLowerCase().replaceAll('_', ' ') }] }));
}
