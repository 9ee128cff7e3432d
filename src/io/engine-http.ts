import { Agent, request, type IncomingMessage } from 'node:http';
import { z } from 'zod';
import { Fault } from '../model/fault.ts';

/** Where the engine listens. */
export interface EngineEndpoint {
  readonly socketPath: string;
}
export interface EngineCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path below the API version, with its query. */
  readonly path: string;
  readonly body?: unknown;
  /** Milliseconds for the whole call; default 60 s, 0 for none. */
  readonly deadline?: number;
  readonly signal?: AbortSignal;
}
export interface EngineAnswer {
  readonly status: number;
  readonly body: Buffer;
}
/** The engine's HTTP interface with the API version settled; used only by its siblings here. */
export interface EngineHttp {
  /** The socket as a URL, for messages and `DOCKER_HOST`. */
  readonly url: string;
  apiVersion(): Promise<string>;
  /** Answers with any status; throws an environment Fault when the engine does not answer at all. */
  call(call: EngineCall): Promise<EngineAnswer>;
  /** Like `call`, but hands out the running answer of a connection of its own. */
  stream(call: EngineCall): Promise<IncomingMessage>;
}

/** Docker 28: the oldest engine this program works with (build.md, "Minimum"). */
const OLDEST_API = 48;
/** The newest API whose answers were looked at. */
const NEWEST_API = 51;
const DEFAULT_DEADLINE = 60_000;
const errorBody = z.object({ message: z.string() });

/** Opens the engine's HTTP interface over its unix socket with a keep-alive connection pool. */
export function makeEngineHttp(endpoint: EngineEndpoint): EngineHttp {
  const url = `unix://${endpoint.socketPath}`;
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  let version: Promise<string> | undefined;
  const open = (call: EngineCall, prefix: string, pooled: boolean): Promise<IncomingMessage> =>
    openAnswer(endpoint, url, call, prefix, pooled ? agent : undefined);
  const settle = (): Promise<string> => {
    version ??= negotiate(url, (call) => open(call, '', true)).catch((error: unknown) => {
      version = undefined;
      throw error;
    });
    return version;
  };
  return {
    url,
    apiVersion: settle,
    async call(call) {
      const answer = await open(call, `/v${await settle()}`, true);
      return { status: answer.statusCode ?? 0, body: await readBody(answer, url) };
    },
    stream: async (call) => open(call, `/v${await settle()}`, false),
  };
}

/** Throws the engine's own words when the status is not one of those expected. */
export function expectStatus(
  answer: EngineAnswer,
  expected: readonly number[],
  doing: string,
  http: EngineHttp,
): EngineAnswer {
  if (expected.includes(answer.status)) return answer;
  throw engineFault(answer, doing, http.url);
}

/** The engine's own error text. */
export function errorText(answer: EngineAnswer): string {
  const text = answer.body.toString('utf8').trim();
  try {
    return errorBody.parse(JSON.parse(text)).message.trim();
  } catch {
    return text === '' ? `HTTP ${String(answer.status)} without a message` : text.slice(0, 500);
  }
}

/** Parses an answer's JSON with a schema; an answer of another shape is a Fault that names the question. */
export function parseAnswer<T>(schema: z.ZodType<T>, body: Buffer | string, doing: string): T {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch (cause) {
    throw new Fault(`The engine's answer to "${doing}" is not JSON`, { kind: 'environment', cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Fault(`The engine's answer to "${doing}" has an unknown shape: ${z.prettifyError(parsed.error)}`, {
    kind: 'environment',
    remedy: 'Report it with the version of the engine.',
  });
}

function engineFault(answer: EngineAnswer, doing: string, where: string): Fault {
  const kind = answer.status >= 500 ? 'environment' : 'user';
  return new Fault(`The engine refused to ${doing}: ${errorText(answer)}`, { kind, where });
}

async function negotiate(url: string, ask: (call: EngineCall) => Promise<IncomingMessage>): Promise<string> {
  const answer = await ask({ method: 'GET', path: '/_ping', deadline: 10_000 });
  await readBody(answer, url);
  const header = answer.headers['api-version'];
  const minor = Number(/^1\.(\d+)$/.exec(typeof header === 'string' ? header : '')?.[1]);
  if (Number.isNaN(minor)) {
    throw new Fault('What answers on the engine socket is not a Docker engine', { kind: 'environment', where: url });
  }
  if (minor < OLDEST_API) {
    throw new Fault(`The engine is too old: it speaks API 1.${String(minor)}, 1.${String(OLDEST_API)} is needed`, {
      where: url,
      remedy: 'Upgrade to Docker 28 or newer.',
    });
  }
  return `1.${String(Math.min(minor, NEWEST_API))}`;
}

function openAnswer(
  endpoint: EngineEndpoint,
  url: string,
  call: EngineCall,
  prefix: string,
  agent: Agent | undefined,
): Promise<IncomingMessage> {
  const payload = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
  const deadline = call.deadline ?? DEFAULT_DEADLINE;
  const what = `${call.method} ${call.path.replace(/\?.*/, '')}`;
  return new Promise((resolve, reject) => {
    const outgoing = request({
      socketPath: endpoint.socketPath,
      path: `${prefix}${call.path}`,
      method: call.method,
      agent: agent ?? false,
      headers: {
        Host: 'engine',
        ...(payload === undefined
          ? {}
          : { 'Content-Type': 'application/json', 'Content-Length': String(payload.length) }),
      },
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
    const late = new Fault(`The engine did not answer ${what} within ${String(deadline / 1000)} s`, {
      kind: 'environment',
      where: url,
      remedy: "Look at the engine's own log; running again is safe.",
    });
    const timer = deadline === 0 ? undefined : setTimeout(() => outgoing.destroy(late), deadline);
    outgoing.once('close', () => {
      clearTimeout(timer);
    });
    outgoing.once('error', (error) => {
      reject(connectionFault(error, url));
    });
    outgoing.once('response', resolve);
    outgoing.end(payload);
  });
}

async function readBody(answer: IncomingMessage, url: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of answer) chunks.push(Buffer.from(chunk as Uint8Array));
  } catch (error) {
    throw connectionFault(error, url);
  }
  return Buffer.concat(chunks);
}

/** Says whose turn it is when the socket itself fails; an abort stays what it is. */
export function connectionFault(error: unknown, url: string): Error {
  if (error instanceof Fault) return error;
  const { name, code = '' } = error as NodeJS.ErrnoException;
  if (name === 'AbortError') return error as Error;
  if (code === 'EACCES' || code === 'EPERM') {
    return new Fault("This user may not use the engine's socket", {
      where: url,
      remedy: 'Add the user to the group that owns the socket (docker), or run as root.',
      cause: error,
    });
  }
  const why = { ENOENT: 'there is no such socket', ECONNREFUSED: 'nothing listens on the socket' }[code];
  return new Fault(`No Docker engine answers: ${why ?? (code === '' ? String(error) : code)}`, {
    kind: 'environment',
    where: url,
    remedy: 'Start the engine, or set DOCKER_HOST to where it listens; running again is safe.',
    cause: error,
  });
}
