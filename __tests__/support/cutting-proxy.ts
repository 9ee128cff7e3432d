import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface CuttingProxy {
  /** `127.0.0.1:port` */
  readonly host: string;
  /** How many connections were cut so far. */
  readonly cut: number;
  /** Bytes that came from the client so far, all connections together. */
  readonly seen: number;
  close(): Promise<void>;
}

/** A line to a server that breaks, without a word, when these many bytes in all went over it; each number breaks it once. */
export async function startCuttingProxy(target: string, cutsAt: readonly number[]): Promise<CuttingProxy> {
  const [host = '', port = ''] = target.split(':');
  const open = new Set<Socket>();
  const state = { cut: 0, seen: 0 };
  const server = createServer((client) => {
    const upstream = connect(Number(port), host);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => undefined).on('close', () => open.delete(socket));
    }
    client.on('data', (chunk) => {
      state.seen += chunk.length;
      if (state.seen < (cutsAt[state.cut] ?? Infinity)) return;
      state.cut += 1;
      client.resetAndDestroy();
      upstream.destroy();
    });
    client.pipe(upstream);
    upstream.pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    get cut() {
      return state.cut;
    },
    get seen() {
      return state.seen;
    },
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
