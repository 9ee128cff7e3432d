import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { findProgram, startDockerRegistry } from '../docker-registry.ts';
import type { RealRegistry } from '../docker-registry.ts';
import type { RigAnswer } from './answers.ts';
import { makeCertifiedKey, makeSigningKey } from './keys.ts';
import type { SigningKey } from './keys.ts';
import { answerRequest } from './routes.ts';
import { makeSettings } from './settings.ts';
import type { RigSettings } from './settings.ts';
import { makeSigstore, type Sigstore } from './sigstore.ts';
import type { Principal } from './sts.ts';

/** A request the rig saw; headers and bodies are kept in memory only, for comparing. */
export interface RigRequest {
  /** `POST /v1/token` */
  readonly line: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
export interface IssuedToken {
  readonly principal: Principal;
  /** Seconds since the epoch. */
  readonly expires: number;
}
/** What the routes share. */
export interface RigState {
  readonly settings: RigSettings;
  readonly issuer: string;
  readonly key: SigningKey;
  readonly signRegistryToken: (claims: object) => string;
  readonly sigstore: Sigstore;
  /** The right to ask for identity tokens. */
  readonly bearer: string;
  /** Access tokens that were given out. */
  readonly issued: Map<string, IssuedToken>;
  /** Every secret there ever was, for looking whether one leaked. */
  readonly secrets: Set<string>;
}
/** Issuer, token exchange, service accounts, token server and a stand-in Sigstore on one loopback port, in front of a real registry with token authentication. */
export interface Rig {
  readonly settings: RigSettings;
  /** `127.0.0.1:port` */
  readonly registry: string;
  /** Whom a verifier has to trust, as `gh attestation trusted-root` prints it. */
  readonly trustedRoot: string;
  /** What a job of GitHub's would find, and where Google and Sigstore are. */
  readonly env: Readonly<Record<string, string>>;
  readonly requests: readonly RigRequest[];
  readonly secrets: ReadonlySet<string>;
  stop(): Promise<void>;
}

/** Undefined where docker-registry is not installed. */
export const registryProgram = findProgram('docker-registry');

/** Starts everything; `without registry` leaves that one out, which is slow to start. */
export async function startRig(change: Partial<RigSettings> = {}, parts?: 'without registry'): Promise<Rig> {
  const settings: RigSettings = { ...makeSettings(), ...change };
  const folder = await mkdtemp(join(tmpdir(), 'slipway-rig-'));
  const certified = parts === undefined ? await makeCertifiedKey(folder) : { bundle: '', sign: () => 'unsigned' };
  const requests: RigRequest[] = [];
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const bearer = randomBytes(24).toString('base64url');
  const state: RigState = {
    settings,
    issuer,
    bearer,
    key: makeSigningKey('rig'),
    signRegistryToken: certified.sign,
    sigstore: await makeSigstore(issuer),
    issued: new Map(),
    secrets: new Set([bearer]),
  };
  server.on('request', (request, response) => void serve(state, requests, request, response));
  const registry = parts === undefined ? await startTokenRegistry(issuer, certified.bundle) : undefined;
  return {
    settings,
    registry: registry?.host ?? '',
    trustedRoot: state.sigstore.trustedRoot,
    requests,
    secrets: state.secrets,
    env: environmentOf(issuer, bearer),
    stop: async () => {
      await registry?.stop();
      await close(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function environmentOf(issuer: string, bearer: string): Record<string, string> {
  return {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${issuer}/idtoken?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer,
    GHA_ENDPOINT_OVERRIDE_sts: issuer,
    GHA_ENDPOINT_OVERRIDE_iamcredentials: issuer,
    GHA_ENDPOINT_OVERRIDE_artifactregistry: issuer,
    SLIPWAY_SIGSTORE_URL: issuer,
    SLIPWAY_LOOPBACK_IDENTITY: 'true',
  };
}

function startTokenRegistry(issuer: string, bundle: string): Promise<RealRegistry> {
  if (registryProgram === undefined) throw new Error('docker-registry is not installed');
  const section = `auth:\n  token:\n    realm: ${issuer}/v2/token\n    service: rig\n    issuer: rig\n    rootcertbundle: ${bundle}\n`;
  return startDockerRegistry(registryProgram, undefined, [], section);
}

async function serve(
  state: RigState,
  requests: RigRequest[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', state.issuer);
  const line = `${request.method ?? ''} ${url.pathname}`;
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const seen = {
    line,
    query: url.searchParams,
    headers: request.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
  requests.push(seen);
  const fault = state.settings.faults.find(({ on, times = 1 }) => times > 0 && on.test(line));
  if (fault !== undefined) fault.times = (fault.times ?? 1) - 1;
  if (fault?.delay !== undefined) await pass(fault.delay);
  const late = fault?.delay !== undefined && fault.status === undefined;
  if (fault?.reset === true) request.socket.resetAndDestroy();
  else if (fault !== undefined && !late)
    response
      .writeHead(fault.status ?? 503, fault.headers)
      .end(fault.body ?? '<html><body>503 Service Unavailable</body></html>');
  else send(response, await answerRequest(state, seen));
  state.settings.log(describeExchange(seen, response.statusCode, fault?.reset === true));
}

function send(response: ServerResponse, { status, body }: RigAnswer): void {
  if (Buffer.isBuffer(body)) response.writeHead(status, { 'content-type': 'application/octet-stream' }).end(body);
  else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** One line of the log: scopes are shown, headers and bodies never. */
function describeExchange({ line, query }: RigRequest, status: number, cut: boolean): string {
  const scopes = query.getAll('scope').map((scope) => ` ${scope}`);
  return `${line}${scopes.join('')} → ${cut ? 'connection cut' : String(status)}`;
}

async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
