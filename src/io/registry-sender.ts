import { Fault } from '../model/fault.ts';
import type { Authorizer } from './registry-auth.ts';
import { describeRequest } from './registry-problem.ts';
import { isTrustworthy } from './registry-reference.ts';
import type { RegistryReference } from './registry-reference.ts';
import type { Wire, WireBody, WireResponse } from './registry-wire.ts';

export interface RegistryRequest {
  readonly method: string;
  /** Path below the registry, or an address it gave. */
  readonly to: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: WireBody;
  /** Statuses that are answers; every other one is a Fault. */
  readonly expect: readonly number[];
}
/** Sends once: with authorization, which a 401 renews once, and following the redirects of reads. */
export type Sender = (
  request: RegistryRequest,
  signal: AbortSignal,
) => Promise<{ readonly url: URL; readonly response: WireResponse }>;

const MOST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export function makeSender(target: RegistryReference, wire: Wire, authorizer: Authorizer): Sender {
  return async (request, signal) => {
    let url = new URL(request.to, target.origin);
    for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
      requireTrustworthy(url, target.host);
      // Credentials are for this registry: an address elsewhere gets none.
      const isOurs = url.origin === target.origin;
      const response = await (isOurs ? sendAuthorized(request, url, signal) : send(request, url, signal));
      const next = redirectOf(request, response, url);
      if (next === undefined) return { url, response };
      response.body.resume();
      url = next;
    }
    throw new Fault(`${describeRequest(request.method, url)}: too many redirects`, { kind: 'environment' });
  };

  async function sendAuthorized(request: RegistryRequest, url: URL, signal: AbortSignal): Promise<WireResponse> {
    const header = await authorizer.header(signal);
    const response = await send(request, url, signal, header);
    if (response.status !== 401) return response;
    response.body.resume();
    await authorizer.answer(response.headers['www-authenticate'], header, signal);
    return send(request, url, signal, await authorizer.header(signal));
  }

  function send(
    request: RegistryRequest,
    url: URL,
    signal: AbortSignal,
    authorization?: string,
  ): Promise<WireResponse> {
    const { method, body, headers = {} } = request;
    const all = authorization === undefined ? headers : { ...headers, authorization };
    return wire({ method, url, headers: all, signal, ...(body === undefined ? {} : { body }) });
  }
}

/** Only reads are sent on: a body was meant for the first address. */
function redirectOf(request: RegistryRequest, response: WireResponse, url: URL): URL | undefined {
  const { location } = response.headers;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  return isRead && REDIRECTS.has(response.status) && location !== undefined ? new URL(location, url) : undefined;
}

function requireTrustworthy(url: URL, host: string): void {
  if (isTrustworthy(url)) return;
  throw new Fault(`${host} sends its clients to ${url.protocol}//${url.host}, which is not encrypted`, {
    remedy: 'Let the registry, or the proxy in front of it, give https addresses.',
  });
}
