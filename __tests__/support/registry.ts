import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { digestOf } from '../../src/model/digest.ts';

/** What happens instead of, or before, the right answer. */
export interface RegistryFault {
  /** Tried on `METHOD /path`. */
  readonly on: RegExp;
  /** How often, default once. */
  readonly times?: number;
  /** Answer with this status instead. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Cut the connection after that many bytes of the request's body. */
  readonly resetAfter?: number;
  /** Do what was asked and cut the connection instead of answering. */
  readonly loseAnswer?: boolean;
  /** Never answer. */
  readonly hang?: boolean;
}

export interface RegistryDouble {
  /** `127.0.0.1:port` */
  readonly host: string;
  readonly blobs: Map<string, Buffer>;
  /** `repository/reference` → manifest. */
  readonly manifests: Map<string, { readonly bytes: Buffer; readonly mediaType: string }>;
  /** `METHOD /path` of every request, in order. */
  readonly requests: string[];
  readonly authorizations: (string | undefined)[];
  readonly faults: RegistryFault[];
  /** Whose requests are let in; everyone's by default. */
  authorize: (authorization: string | undefined, request: IncomingMessage) => string | undefined;
  /** Answers `/token`. */
  token: (url: URL, authorization: string | undefined, body: string) => { status: number; body: string };
  close(): Promise<void>;
}

/** A registry in memory on a free loopback port: uploads by POST and PUT, blobs, manifests, tags, and faults on demand. */
export async function startRegistryDouble(): Promise<RegistryDouble> {
  const server = createServer((request, response) => {
    void answer(double, request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const double: RegistryDouble = {
    host: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    blobs: new Map(),
    manifests: new Map(),
    requests: [],
    authorizations: [],
    faults: [],
    authorize: () => undefined,
    token: () => ({ status: 404, body: '' }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return double;
}

type Reply = (status: number, headers?: Record<string, string>, body?: string | Buffer) => void;

async function answer(double: RegistryDouble, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', `http://${double.host}`);
  const line = `${request.method ?? ''} ${url.pathname}`;
  double.requests.push(line);
  double.authorizations.push(request.headers.authorization);
  const reply: Reply = (status, headers = {}, body = '') => {
    response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
  };
  const fault = takeFault(double, line);
  if (fault?.resetAfter !== undefined) {
    cutAfter(request, fault.resetAfter);
    return;
  }
  const body = await readAll(request);
  if (body === undefined || fault?.hang === true) return;
  if (url.pathname === '/token') {
    const given = double.token(url, request.headers.authorization, body.toString('utf8'));
    reply(given.status, { 'content-type': 'application/json' }, given.body);
    return;
  }
  const challenge = double.authorize(request.headers.authorization, request);
  if (challenge !== undefined) reply(401, { 'www-authenticate': challenge }, '{"errors":[{"code":"UNAUTHORIZED"}]}');
  else if (fault?.status !== undefined) reply(fault.status, { ...fault.headers }, fault.body ?? '');
  else if (fault?.loseAnswer === true) {
    serve(double, request, url, body, () => undefined, {});
    request.socket.destroy();
  } else serve(double, request, url, body, reply, { ...fault?.headers });
}

function takeFault(double: RegistryDouble, line: string): RegistryFault | undefined {
  const at = double.faults.findIndex((fault) => fault.on.test(line) && (fault.times ?? 1) > 0);
  const fault = double.faults[at];
  if (fault !== undefined) double.faults[at] = { ...fault, times: (fault.times ?? 1) - 1 };
  return fault;
}

function cutAfter(request: IncomingMessage, bytes: number): void {
  let seen = 0;
  if (bytes === 0) request.socket.resetAndDestroy();
  request.on('data', (chunk: Buffer) => {
    seen += chunk.length;
    if (seen >= bytes) request.socket.resetAndDestroy();
  });
  request.on('error', () => undefined);
}

async function readAll(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}

function serve(
  double: RegistryDouble,
  request: IncomingMessage,
  url: URL,
  body: Buffer,
  reply: Reply,
  extra: Record<string, string>,
): void {
  const [, repository = '', kind = '', reference = ''] =
    /^\/v2\/(.+)\/(blobs|manifests)\/(.*)$/.exec(url.pathname) ?? [];
  const method = request.method ?? '';
  if (kind === 'blobs' && method === 'POST') {
    reply(202, { location: `/v2/${repository}/blobs/uploads/${randomUUID()}?_state=a%2Bb%3D`, ...extra });
  } else if (kind === 'blobs' && method === 'PUT') {
    const digest = url.searchParams.get('digest') ?? '';
    const isRight = url.searchParams.get('_state') === 'a+b=' && digestOf(body) === digest;
    if (isRight) double.blobs.set(digest, body);
    const headers = { ...(isRight ? { 'docker-content-digest': digest } : {}), ...extra };
    reply(isRight ? 201 : 400, headers, isRight ? '' : '{"errors":[{"code":"DIGEST_INVALID"}]}');
  } else if (kind === 'blobs') {
    const blob = double.blobs.get(reference);
    reply(blob === undefined ? 404 : 200, { ...(blob && { 'content-length': String(blob.length) }), ...extra }, blob);
  } else if (kind === 'manifests' && method === 'PUT') {
    const entry = { bytes: body, mediaType: request.headers['content-type'] ?? '' };
    double.manifests.set(`${repository}/${reference}`, entry);
    double.manifests.set(`${repository}/${digestOf(body)}`, entry);
    reply(201, { 'docker-content-digest': digestOf(body), ...extra });
  } else {
    const found = double.manifests.get(`${repository}/${reference}`);
    if (found === undefined) reply(404, {}, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
    else
      reply(
        200,
        {
          'content-type': found.mediaType,
          'content-length': String(found.bytes.length),
          'docker-content-digest': digestOf(found.bytes),
          ...extra,
        },
        found.bytes,
      );
  }
}
