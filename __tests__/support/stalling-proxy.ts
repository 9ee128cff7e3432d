import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands before a registry and, while it stalls, never answers an upload. */
export interface StallingProxy {
  /** `127.0.0.1:port` */
  readonly host: string;
  /** Resolves when an upload hangs. */
  readonly stalled: Promise<void>;
  /** From now on everything passes. */
  pass(): void;
  stop(): Promise<void>;
}

export async function startStallingProxy(registry: string): Promise<StallingProxy> {
  let stalling = true;
  const stalled = Promise.withResolvers<undefined>();
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const isUpload = (method === 'PUT' || method === 'PATCH') && url.includes('/blobs/uploads/');
    if (stalling && isUpload) {
      incoming.resume();
      stalled.resolve(undefined);
      return;
    }
    const [hostname, port] = registry.split(':');
    // The Host header stays: the registry makes its addresses of it.
    const forwarded = request({ hostname, port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    outgoing.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    stalled: stalled.promise,
    pass() {
      stalling = false;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
