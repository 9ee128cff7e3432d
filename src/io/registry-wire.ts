import { Agent as PlainAgent, request as requestPlain } from 'node:http';
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent as SecureAgent, request as requestSecure } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Fault } from '../model/fault.ts';
import { connectionFault, deadlineFault, describeRequest } from './registry-problem.ts';

/** A body of known length; `open` is called for every time it is sent. */
export interface WireBody {
  readonly length: number;
  open(): Promise<AsyncIterable<Uint8Array>>;
}
/** A body that is in memory. */
export function bodyOf(bytes: Uint8Array): WireBody {
  return { length: bytes.length, open: () => Promise.resolve(Readable.from([bytes])) };
}

export interface WireRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: WireBody;
  readonly signal: AbortSignal;
}
export interface WireResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}
export type Wire = (request: WireRequest) => Promise<WireResponse>;

export interface WireOptions {
  /** Milliseconds without a byte in either direction after which a connection is given up. */
  readonly idle: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const PARALLEL_CONNECTIONS = 8;

/** One request at a time over kept-alive connections: no redirects, no retries. Rejects with a Fault; an error of the body itself is passed on. */
export function makeWire({ idle, env }: WireOptions): Wire {
  const options = { keepAlive: true, maxSockets: PARALLEL_CONNECTIONS, proxyEnv: env };
  const agents = { plain: new PlainAgent({ ...options, proxyEnv: {} }), secure: new SecureAgent(options) };
  return async (asked) => {
    asked.signal.throwIfAborted();
    const stream = asked.body === undefined ? undefined : await asked.body.open();
    return exchange(asked, stream, idle, agents);
  };
}

interface Agents {
  readonly plain: PlainAgent;
  readonly secure: SecureAgent;
}

function exchange(
  asked: WireRequest,
  stream: AsyncIterable<Uint8Array> | undefined,
  idle: number,
  agents: Agents,
): Promise<WireResponse> {
  const what = describeRequest(asked.method, asked.url);
  const length = asked.body?.length ?? (asked.method === 'GET' || asked.method === 'HEAD' ? undefined : 0);
  const headers = { ...asked.headers, ...(length === undefined ? {} : { 'content-length': String(length) }) };
  const options = { method: asked.method, headers, signal: asked.signal };
  return new Promise((resolve, reject) => {
    const outgoing =
      asked.url.protocol === 'https:'
        ? requestSecure(asked.url, { ...options, agent: agents.secure })
        : requestPlain(asked.url, { ...options, agent: agents.plain });
    const fail = (error: unknown): void => {
      reject(toFault(what, asked.signal, error));
    };
    outgoing.setTimeout(idle, () => outgoing.destroy(deadlineFault(what, idle)));
    // Stays for good: an upload that is answered early fails after its answer arrived, and nobody may care then.
    outgoing.on('error', fail);
    outgoing.once('response', (answer: IncomingMessage) => {
      // An answer before the whole body was sent is a refusal: what is left of the body would go nowhere.
      answer.once('close', () => {
        if (!outgoing.writableFinished) outgoing.destroy();
      });
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: answer });
    });
    send(outgoing, stream, fail);
  });
}

function send(
  outgoing: ClientRequest,
  stream: AsyncIterable<Uint8Array> | undefined,
  fail: (error: unknown) => void,
): void {
  if (stream === undefined) outgoing.end();
  else pipeline(Readable.from(stream, { objectMode: false }), outgoing).catch(fail);
}

function toFault(what: string, signal: AbortSignal, error: unknown): Error {
  if (error instanceof Fault) return error;
  if (signal.aborted && signal.reason instanceof Error) return signal.reason;
  return connectionFault(what, error);
}

/** The whole body, or a Fault when the connection breaks or the body is longer than the limit. */
export async function readBody(
  response: WireResponse,
  what: string,
  limit: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > limit) throw new Fault(`${what}: the answer is longer than ${String(limit)} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw toFault(what, signal, error);
  }
  return Buffer.concat(chunks);
}

/** A body as a stream whose breaking off is a Fault. */
export async function* streamBody(
  response: WireResponse,
  what: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* response.body as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw toFault(what, signal, error);
  }
}
